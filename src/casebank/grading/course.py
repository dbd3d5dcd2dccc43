"""A course folder: where a class's submissions and grades lie, never inside the clone."""

from __future__ import annotations

import contextlib
import copy
import errno
import fcntl
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from casebank.check.session import guess_lang
from casebank.check.visible import visible
from casebank.desk import inert
from casebank.errors import ContentError, EnvironmentFault, UsageError, nearest
from casebank.files import digest, remove, write_text
from casebank.grading import light
from casebank.paths import Repo

CONFIG = "nbgrader_config.py"
ABOUT = "casebank-course.json"
PRIVATE = ".casebank"
SHARED = """
# Several people teach this course: whatever is written in it, their group may read and write.
c.CourseDirectory.groupshared = True
"""
#: Where nbgrader's own commands keep what was graded while they grade it anew.
KEPT = ".casebank-kept-*"
DAY = 86_400
#: Sockets need short paths, so their folders cannot lie in the course.
CHANNELS = Path("/tmp")
_STUDENT = re.compile(r"[\w][\w.@-]*")


class Course:
    """A course folder with nbgrader's own settings for it.

    Raises:
        UsageError: the folder is not a course.
        ContentError: its nbgrader_config.py cannot be read.
    """

    def __init__(self, root: Path) -> None:
        light.nbgrader()
        from nbgrader.coursedir import CourseDirectory

        from casebank.grading.ledger import database

        self.root = Path(root).resolve()
        if not self.root.is_dir():
            raise UsageError("there is no such folder", str(root), "look at its name")
        if not (self.root / CONFIG).is_file():
            raise UsageError(
                f"this is not a course folder: it has no {CONFIG}",
                str(root),
                "name the folder that holds it, or make a course with: casebank course new FOLDER",
            )
        inside = inert.handed_in_by_any_way(Path(root) / CONFIG)
        if inside is not None:
            # Its settings are a program, and a trainee's.
            raise UsageError(
                "this folder lies among what was handed in, so nothing in it is taken as a course",
                str(root),
                f"name the course itself, such as: --course {visible(inside)}",
            )
        if not inert.not_a_strangers(self.root / CONFIG):
            raise UsageError(
                f"everybody on this machine may write in this folder, and its {CONFIG}, a program, "
                "belongs to somebody else",
                str(root),
                "name a course of your own; casebank course new FOLDER makes one that is closed",
            )
        programs_on_path()
        self.config = load_config(self.root)
        self.config.CourseDirectory.root = str(self.root)
        self.directory: Any = CourseDirectory(config=self.config)
        if self.directory.groupshared:
            share()
        self.directory.db_url = database.absolute(self.directory.db_url, self.root)
        self.db_url: str = self.directory.db_url
        self.course_id: str = self.directory.course_id
        self.versions = self.root / "versions"
        self.handout = self.root / "handout"
        self.logs = self.root / "logs"
        self.roster = self.root / "roster.csv"
        self.private = self.root / PRIVATE
        #: How the folders with this course's sockets begin, so that a later run can tidy them up.
        self.channel = f"cbk-{digest([str(self.root)])[:8]}-"

    @property
    def lang(self) -> str:
        """The language of the notebook in source/ and release/."""
        try:
            about = json.loads((self.root / ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # A stranger's course does not say; its instructor's machine does.
            return guess_lang()
        return "en" if about.get("lang") == "en" else "zh"

    def path(self, step: str, student: str, slug: str) -> Path:
        """A folder as nbgrader lays it out; ``step`` is source, release, submitted ..."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(name, student, slug))

    def submissions(self, slug: str) -> dict[str, Path]:
        """The folders that were handed in for an assignment, by student, sorted."""
        top = self.root / self.directory.submitted_directory
        if not top.is_dir():
            return {}
        names = sorted(p.name for p in top.iterdir() if p.is_dir() and not p.name.startswith("."))
        found = {name: self.path("submitted", name, slug) for name in names}
        return {name: path for name, path in found.items() if path.is_dir()}

    @contextmanager
    def gradebook(self) -> Iterator[Any]:
        """nbgrader's gradebook, opened.

        Raises:
            EnvironmentFault: it cannot be used, or an older nbgrader made it.
        """
        from sqlalchemy.exc import SQLAlchemyError

        from casebank.grading.ledger import database

        self.make_database()
        database.check(self.db_url)
        with database.faults(self.db_url):
            from nbgrader.api import Gradebook

            opened = Gradebook(self.db_url, self.course_id)
        try:
            with opened as gradebook:
                yield gradebook
        except SQLAlchemyError as error:
            raise database.fault(error, self.db_url) from None

    def make_database(self) -> None:
        """Make the gradebook, if it is a file that does not exist yet.

        Raises:
            EnvironmentFault: the file cannot be written.
        """
        from casebank.grading.ledger import database

        path = database.file_of(self.db_url)
        if path is None or path.exists():
            return
        try:
            part = path.with_name(f".{path.name}.{os.getpid()}")
            shutil.copyfile(self.blank_database(), part)
            try:
                # Whole or not at all, and never over one that somebody made meanwhile.
                os.link(part, path)
            except FileExistsError:
                pass
            except OSError:  # a file system without links
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise database.file_fault(error, path) from None

    def blank_database(self) -> Path:
        """An empty gradebook to copy; making one takes nbgrader seconds, since it asks alembic."""
        from nbgrader import __version__
        from nbgrader.api import Gradebook

        path = self.private / f"blank-{__version__}.db"
        if not path.is_file():
            self.private.mkdir(exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")
            part.unlink(missing_ok=True)
            Gradebook(f"sqlite:///{part}", self.course_id).close()
            part.replace(path)
        return path

    def nbgrader_config(self, root: Path, slug: str, student: str, db: Path) -> Config:
        """The course's settings for a scratch course elsewhere, with the stock layout."""
        config = copy.deepcopy(self.config)
        config.pop("CourseDirectory", None)
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.assignment_id = slug
        config.CourseDirectory.student_id = student
        config.CourseDirectory.course_id = self.course_id
        config.CourseDirectory.db_url = f"sqlite:///{db}"
        ignore = self.config.get("CourseDirectory", {}).get("ignore")
        if ignore is not None:
            config.CourseDirectory.ignore = ignore
        return config

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder on the course's own disk, gone afterwards."""
        self.private.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=self.private))
        try:
            yield folder
        finally:
            remove(folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the course for one writer.

        Raises:
            EnvironmentFault: another command writes in this course, or it is read-only.
        """
        from casebank.grading.ledger import database

        try:
            self.private.mkdir(exist_ok=True)
            handle = (self.private / "lock").open("w")
        except OSError as error:
            raise database.file_fault(error, self.root) from None
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise EnvironmentFault(
                        f"the course folder's file system knows no locks ({error.strerror})",
                        str(self.root),
                        "keep the course on a disk of this machine",
                    ) from None
                raise EnvironmentFault(
                    "another casebank command is at work in this course",
                    str(self.root),
                    "wait until it has ended",
                ) from None
            # Whoever was killed left these; nobody else can be using them now.
            for stale in self.private.glob("run-*"):
                remove(stale)
            # Of a formgrader that was killed; one that is at work now has made its own just now.
            for kept in self.root.glob(KEPT):
                if time.time() - kept.lstat().st_mtime > DAY:
                    remove(kept)
            self.sweep()
            yield

    def sweep(self) -> None:
        """Remove the folders of sockets that workers leave which had to be killed."""
        for stale in CHANNELS.glob(f"{self.channel}*"):
            # Anybody can make a folder of that name there.
            with contextlib.suppress(OSError):
                if stat.S_ISDIR(stale.lstat().st_mode) and stale.lstat().st_uid == os.geteuid():
                    remove(stale)


def share() -> None:
    """From now on the group may read and write what this process writes.

    Whoever teaches with us goes on where we stop, in the lock and the gradebook, too.
    """
    os.umask(os.umask(0o077) & ~0o070)


def programs_on_path() -> None:
    """nbgrader calls the program ``alembic`` when it makes a gradebook: ours has to be found."""
    here = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if here not in path.split(os.pathsep):
        os.environ["PATH"] = f"{here}{os.pathsep}{path}"


def load_config(root: Path) -> Config:
    """nbgrader's settings of a course folder.

    Raises:
        ContentError: they cannot be read.
    """
    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:
        raise ContentError(
            f"the settings cannot be read ({type(error).__name__}: {error})", str(root / CONFIG)
        ) from None


def valid_student(name: str) -> bool:
    """Whether a folder's name can be a student's id (nbgrader puts it into patterns)."""
    return bool(_STUDENT.fullmatch(name)) and len(name) <= 128


def pick(names: list[str] | None, known: dict[str, Path], slug: str) -> list[str]:
    """The students that are meant: all, or those of ``--only``.

    Raises:
        UsageError: a student has handed in nothing.
    """
    for name in names or ():
        if name not in known:
            hint = nearest(name, known) if known else "nobody has handed in anything"
            raise UsageError(f"no submission of '{name}' for {slug}", "--only", hint)
    return [name for name in known if not names or name in names]


def others_may_enter(course: Course) -> str:
    """The mode that a course of ours should have, if others on this machine can look into it.

    It holds hidden tests, solutions and grades. A course that a group shares is open to the group.
    """
    mode = stat.S_IMODE(course.root.stat().st_mode)
    shared = bool(course.directory.groupshared)
    if not (course.root / ABOUT).is_file() or not mode & (0o007 if shared else 0o077):
        return ""
    return "2770" if shared else "700"


def new(directory: Path, *, lang: str = "zh", shared: bool = False) -> Path:
    """Make a course folder from the template ``grading/`` of the clone.

    Nobody else on the machine can look into it; what is in it follows the umask.

    Args:
        directory: a folder that does not exist yet, or is empty.
        lang: language of the notebook that stock nbgrader shows in source/ and release/.
        shared: open to the folder's group, too, by nbgrader's own setting ``groupshared``.

    Raises:
        UsageError: the folder is in use, or lies inside the clone.
    """
    target = Path(directory).expanduser().resolve()
    repo = Repo(Path(__file__).resolve().parents[3])
    if not (repo.grading / CONFIG).is_file():
        repo = Repo.find()
    if target == repo.root or repo.root in target.parents:
        raise UsageError(
            "a course holds grades and must not lie inside the clone, where git would see them",
            str(target),
            "name a folder elsewhere, for example ~/crm-2026",
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("the folder is not empty", str(target), "name a new folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        # The folder first: what comes into it is private from the beginning.
        target.chmod(0o2770 if shared else 0o700)
        if shared:
            share()
        for path in sorted(repo.grading.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                shutil.copyfile(path, target / path.name)
        for name in ("source", "submitted"):
            (target / name).mkdir()
        if shared:
            with (target / CONFIG).open("a", encoding="utf-8") as settings:
                settings.write(SHARED)
        write_text(target / ABOUT, json.dumps({"format": 1, "lang": lang}) + "\n")
    except OSError as error:
        raise EnvironmentFault(
            f"the course folder cannot be written ({error.strerror})", str(target)
        ) from None
    return target
