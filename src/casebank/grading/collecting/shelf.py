"""Where submissions lie in a course: every attempt whole, the newest in ``submitted/``.

``attempts/<student>/<exercise>/`` keeps each file as it was received, with ``attempts.json``: in
which order they arrived and which of them lies in ``submitted/``. An attempt is written first and
the note of what lies where last, so after a crash the next run sees what is left to be done.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from casebank.check.submission import SUFFIX, clean
from casebank.errors import EnvironmentFault, UsageError
from casebank.files import remove, write_bytes, write_text
from casebank.grading import intake, plainfile, strangers
from casebank.grading.collecting.parcel import LARGEST_MB, Parcel, open_parcel
from casebank.grading.collecting.refusals import Refusal, shown
from casebank.grading.collecting.sources import WHY, Found, Outer
from casebank.grading.course import Course
from casebank.grading.sandbox import MB

ATTEMPTS = "attempts"
ASIDE = "collected-aside"
INDEX = "attempts.json"
LONGEST_INDEX = 4 * MB
#: Of one person for one exercise: anybody can write anybody's id, and each costs a look at all.
MOST_ATTEMPTS = 1000
#: There while a run writes: one that was killed left its work half done.
PENDING = "collecting"
#: As nbgrader writes and reads the time of a submission.
TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f UTC"
STAMP = "%Y%m%dT%H%M%SZ"
_ATTEMPT = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{12,64})" + re.escape(SUFFIX))
#: What ``casebank.files`` calls a file until it is whole.
_PART = re.compile(r"\..+(\.zip|\.txt|\.json)\.\w{8}")


@dataclass
class Attempts:
    """What a student has handed in for an exercise.

    Attributes:
        order: names of the files as they arrived.
        current: which of them lies in ``submitted/``; none before the first is there.
        notebook: digest of the notebook that was put there.
        names: by which name each came.
    """

    folder: Path
    order: list[str] = field(default_factory=list)
    current: str = ""
    notebook: str = ""
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Attempts:
        """Read the note, and what lies there though a crash kept it out of the note."""
        found = cls(folder)
        try:
            content = plainfile.read(folder / INDEX, LONGEST_INDEX)
            about = strangers.loads(content, strangers.SMALL)
            found.order = [name for name in about["order"] if (folder / name).is_file()]
            found.current, found.notebook = str(about["current"]), str(about["notebook"])
            found.names = dict(about["names"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        if folder.is_dir():
            there = sorted(p.name for p in folder.iterdir() if _ATTEMPT.fullmatch(p.name))
            known = set(found.order)
            found.order += [name for name in there if name not in known]
        return found

    def save(self) -> None:
        """Write the note."""
        about = {
            "format": 1,
            "order": self.order,
            "current": self.current,
            "notebook": self.notebook,
            "names": self.names,
        }
        text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
        write_text(self.folder / INDEX, text)

    def ranked(self) -> list[str]:
        """From the oldest to the newest; of two of one second the later arrived is newer."""
        # Sorting is stable.
        return sorted(self.order, key=lambda name: name[:16])

    @property
    def newest(self) -> str:
        """The attempt that counts."""
        ranked = self.ranked()
        return ranked[-1] if ranked else ""


def time_of(name: str) -> datetime:
    """When an attempt was made at the latest, by its file's name."""
    return datetime.strptime(name[:16], STAMP).replace(tzinfo=UTC)


@dataclass
class Settled:
    """What was done to a folder in ``submitted/``."""

    changed: bool = False
    graded: bool = False
    by_hand: Path | None = None


class Shelf:
    """A course's folders for what is handed in.

    Raises:
        UsageError: one of them is a link.
    """

    def __init__(self, course: Course, scratch: Path) -> None:
        self.course, self.scratch = course, scratch
        self.attempts, self.aside = course.root / ATTEMPTS, course.root / ASIDE
        self.submitted = course.root / course.directory.submitted_directory
        for folder in (self.submitted, self.attempts, self.aside):
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                raise UsageError(
                    "this is a link or a file, and nothing is collected through it",
                    str(folder),
                    "make it a plain folder of the course",
                )

    def _plain(self, path: Path) -> None:
        """Refuse to write where a link leads somewhere else.

        Raises:
            Refusal: naming the part that is a link.
        """
        parts = [path, *path.parents]
        for part in reversed(parts[: parts.index(self.course.root)]):
            if part.is_symlink() or (part.exists() and not part.is_dir()):
                name = part.relative_to(self.course.root).as_posix()
                raise Refusal("course-link", name=name)

    def target(self, student: str, exercise: str) -> Path:
        """Where the submission of a student lies that is to be graded."""
        return self.course.path("submitted", student, exercise)

    def of(self, student: str, exercise: str) -> Attempts:
        """What a student has handed in for an exercise."""
        return Attempts.load(self.attempts / student / exercise)

    def keep(self, parcel: Parcel, student: str) -> tuple[str, bool]:
        """Put a received file among the attempts.

        Returns:
            The file's name there, and whether it is new.

        Raises:
            Refusal: a link in the course stands in the way.
        """
        self._plain(self.attempts / student / parcel.exercise)
        self._plain(self.target(student, parcel.exercise))
        found = self.of(student, parcel.exercise)
        digest = parcel.sha256
        # Twelve digits tell a person's files apart; who forges two with equal ones gets them all.
        # The time is not asked: of a clock that was ahead it is that of the first collection.
        for name in found.order:
            if name[17:].startswith(digest[:12]) and self._is(found.folder / name, parcel.content):
                return name, False
        if len(found.order) >= MOST_ATTEMPTS:
            raise Refusal(
                "many-attempts", student=student, exercise=parcel.exercise, limit=MOST_ATTEMPTS
            )
        stamp = parcel.made_at.strftime(STAMP)
        name = f"{stamp}-{digest[:12]}{SUFFIX}"
        if (found.folder / name).exists():
            name = f"{stamp}-{digest}{SUFFIX}"
        write_bytes(found.folder / name, parcel.content)
        found.order.append(name)
        found.names[name] = shown(parcel.name, 40)
        found.save()
        return name, True

    @staticmethod
    def _is(path: Path, content: bytes) -> bool:
        """Whether a plain file has just this content."""
        try:
            return plainfile.read(path, len(content)) == content
        except OSError:
            return False

    def settle(self, found: Attempts, student: str, exercise: str) -> Settled:
        """Bring the newest attempt into ``submitted/``, if another or none lies there.

        What a person put or changed there is not lost: it moves beside the attempts.

        Raises:
            Refusal: a link in the course stands in the way.
        """
        newest, done = found.newest, Settled()
        if not newest or newest == found.current:
            return done
        now = datetime.now(UTC)
        content = plainfile.read(found.folder / newest, LARGEST_MB * MB)
        parcel = open_parcel(content, "en", now)
        # What a notebook says of itself is not believed, here as little as where it is shown.
        notebook = intake.untrusting(parcel.notebook)
        mine = hashlib.sha256(notebook).hexdigest()
        target = self.target(student, exercise)
        self._plain(target)
        name = f"{exercise}.ipynb"
        done.graded = self.course.path("autograded", student, exercise).is_dir()
        fresh = self.scratch / "new"
        remove(fresh)
        fresh.mkdir(parents=True)
        (fresh / name).write_bytes(notebook)
        made_at = time_of(newest).strftime(TIMESTAMP)
        (fresh / intake.TIMESTAMP).write_text(made_at, encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            there = self._notebook(target, name)
            if there not in (found.notebook, parcel.notebook_sha256, mine) or there == "":
                done.by_hand = self._by_hand(found.folder, now)
                target.rename(done.by_hand)
            else:
                old = self.scratch / "old"
                remove(old)
                target.rename(old)
        fresh.rename(target)
        found.current, found.notebook = newest, mine
        found.save()
        done.changed = True
        return done

    @staticmethod
    def _notebook(folder: Path, name: str) -> str:
        """Digest of the notebook in a folder of ``submitted/``; nothing if more lies there."""
        try:
            names = {path.name for path in folder.iterdir()} - intake.LITTER
            if not {name} <= names <= {name, intake.TIMESTAMP}:
                return ""
            content = plainfile.read(folder / name, LARGEST_MB * MB)
            return hashlib.sha256(content).hexdigest()
        except OSError:
            return ""

    @staticmethod
    def _by_hand(folder: Path, now: datetime) -> Path:
        stem = f"by-hand-{now.strftime(STAMP)}"
        for number in range(1000):
            path = folder / (f"{stem}-{number}" if number else stem)
            if not path.exists():
                return path
        raise EnvironmentFault("there are too many copies", str(folder), "tidy the folder up")

    # -- what is put aside -------------------------------------------------------------------------

    def put_aside(self, found: Found, sentence: str) -> Path | None:
        """Copy a file that is not taken, unchanged, with the reason beside it.

        Returns:
            The copy; None where only the sentence can be kept, as for a link.
        """
        if found.content is None:
            return None
        path = self._aside(found.content, found.name)
        write_bytes(path, found.content)
        write_text(path.with_name(path.name + WHY), f"{found.where}\n{sentence}\n")
        return path

    def put_download_aside(self, outer: Outer, lines: str) -> Path | None:
        """Keep a download once, with the list of what was not taken of it.

        Returns:
            The copy; None where only the list is kept, since the download is too large to copy.
        """
        if outer.content is None:
            self.list_aside(lines)
            return None
        path = self._aside(outer.content, outer.name)
        write_bytes(path, outer.content)
        write_text(path.with_name(path.name + WHY), lines)
        return path

    def list_aside(self, lines: str) -> Path:
        """Write down what was not taken and is not copied either."""
        digest = hashlib.sha256(lines.encode("utf-8")).hexdigest()
        path = self.aside / f"left-{digest[:12]}{WHY}"
        write_text(path, lines)
        return path

    def _aside(self, content: bytes, name: str) -> Path:
        digest = hashlib.sha256(content).hexdigest()
        # A copy that is collected again keeps its name.
        if name.startswith(f"{digest[:12]}-") and (self.aside / name).is_file():
            return self.aside / name
        ending = SUFFIX if name.lower().endswith(SUFFIX) else ".zip"
        stem = name[: -len(ending)] if name.lower().endswith(ending) else name
        # An entry's name may have 64 KB, which take long to be normalised.
        stem = clean(stem[:255])
        return self.aside / f"{digest[:12]}-{stem}{ending}"

    def take_back(self, content: bytes) -> None:
        """Remove the copy of a file that lies among the attempts by now."""
        if not self.aside.is_dir():
            return
        digest = hashlib.sha256(content).hexdigest()
        for path in self.aside.glob(f"{digest[:12]}-*.zip"):
            if self._is(path, content):
                path.unlink()
                path.with_name(path.name + WHY).unlink(missing_ok=True)

    # -- after a crash -----------------------------------------------------------------------------

    def begin(self) -> bool:
        """Note that a run writes; returns whether the last one was cut off."""
        note = self.course.private / PENDING
        before = note.exists()
        if before:
            self._tidy()
        self.course.private.mkdir(exist_ok=True)
        note.write_text("", encoding="utf-8")
        return before

    def _tidy(self) -> None:
        """Remove the temporary files of a run that was killed while it wrote one."""
        for pattern in (f"{ATTEMPTS}/*/*/.*", f"{ASIDE}/.*"):
            for path in self.course.root.glob(pattern):
                if _PART.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                    path.unlink()

    def end(self) -> None:
        """Note that nothing is half done."""
        (self.course.private / PENDING).unlink(missing_ok=True)

    def unsettled(self) -> list[tuple[str, str]]:
        """Whose newest attempt does not lie in ``submitted/`` yet."""
        found = []
        for folder in sorted(self.attempts.glob("*/*")):
            if folder.is_dir() and not folder.is_symlink() and not folder.parent.is_symlink():
                attempts = Attempts.load(folder)
                if attempts.newest != attempts.current:
                    found.append((folder.parent.name, folder.name))
        return found


__all__ = ["ASIDE", "ATTEMPTS", "Attempts", "Settled", "Shelf"]
