"""The gradebook as a database: how it is opened, whether it is fit, and what its faults mean.

SQLite is opened in WAL mode, so that formgrader can read while a class is graded; anything else is
opened by the address that the course's nbgrader settings give. No sentence ever shows a password.
"""

from __future__ import annotations

import errno
import functools
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from casebank.errors import EnvironmentFault

#: How long we wait for a program that writes at this moment.
BUSY_SECONDS = 10.0
#: Bytes without which a gradebook can hardly be written.
ROOM = 1024 * 1024
CONNECT_SECONDS = 10
#: Drivers that are made on PostgreSQL's own library and know its waiting time.
_LIBPQ = ("psycopg", "psycopg2", "psycopg2cffi")
_SECRET = ("password", "sslpassword", "passwd")
_UPGRADE = "make a copy of it, then run in the course folder: nbgrader db upgrade"
_SETTINGS = "look at CourseDirectory.db_url in nbgrader_config.py"
#: What a database says, what we say of it, and what is to be done; the first that fits.
_MEANINGS = (
    (
        r"database is locked|database table is locked|lock timeout|deadlock detected",
        "another program holds the gradebook, and it did not let go of it",
        "close that program (formgrader, a database browser, another nbgrader), then run it again; "
        "what was finished is kept",
    ),
    (
        r"disk is full|disk full|no space left|could not extend file",
        "the disk is full, so the gradebook cannot be written",
        "make room, then run it again; what was finished is kept",
    ),
    (
        r"disk i/o error",
        "the disk with the gradebook does not answer as it should",
        "see that it is whole and has room, then run it again; what was finished is kept",
    ),
    (
        r"readonly database|read-only transaction|attempt to write a readonly",
        "the gradebook may only be read here",
        "give yourself the right to write the file and its folder, or work in a copy of the course",
    ),
    (
        r"unable to open database file",
        "the gradebook cannot be opened",
        "see that the file's folder is there and that you may write in it",
    ),
    (
        r"no such (column|table)|undefined(column|table)|(column|relation) .* does not exist",
        "the gradebook was made by an older nbgrader",
        _UPGRADE,
    ),
    (
        r"not a database|malformed",
        "the gradebook is damaged, or is no gradebook",
        "put back a copy of it",
    ),
    (
        r"password authentication failed|no password supplied|authentication failed"
        r"|role .* does not exist|no pg_hba.conf entry|peer authentication",
        "the gradebook's server does not let us in: user name or password is wrong",
        _SETTINGS,
    ),
    (
        r"permission denied",
        "the gradebook's server does not allow this user to write",
        "ask whoever runs the server for the right to write in this database",
    ),
    (
        r"database .* does not exist",
        "the gradebook's server has no such database",
        "make an empty one with: createdb; or " + _SETTINGS,
    ),
    (
        r"connection refused|could not connect|connection failed|could not translate|timeout"
        r"|timed out|name or service|no such file or directory|no route to host|unreachable"
        r"|resolve|can't create a connection",
        "the gradebook's server cannot be reached",
        "start it, or " + _SETTINGS,
    ),
    (
        r"server closed the connection|terminating connection|connection .*(lost|closed)"
        r"|shutting down|starting up|connection not open",
        "the gradebook's server broke off",
        "start it, then run it again; what was finished is kept",
    ),
)


def absolute(db_url: str, root: Path) -> str:
    """The address with a relative SQLite file taken from the course, as nbgrader run there does."""
    url = _parse(db_url)
    name = url.database if url is not None and url.get_backend_name() == "sqlite" else None
    if not name or name.startswith(("/", ":", "file:")) or url is None:
        return db_url
    return url.set(database=str(root / name)).render_as_string(hide_password=False)


def file_of(db_url: str) -> Path | None:
    """The file of an SQLite gradebook; None for a server."""
    url = _parse(db_url)
    if url is None or url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database.startswith((":", "file:")):
        return None
    return Path(url.database)


def shown(db_url: str) -> str:
    """The address as it may be printed: the file, or the server without its password."""
    path = file_of(db_url)
    if path is not None:
        return str(path)
    url = _parse(db_url)
    if url is None:
        return "CourseDirectory.db_url"
    return url.difference_update_query(_SECRET).render_as_string(hide_password=True)


def connect(db_url: str, *, wait: float = BUSY_SECONDS, writes: bool = True) -> Engine:
    """An engine whose transactions with the option ``writes`` take the write lock at once.

    Args:
        db_url: the address as nbgrader's settings have it.
        wait: seconds to wait for another program that writes.
        writes: bring an SQLite file into WAL mode.
    """
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite":
        options: dict[str, Any] = {}
        if url.get_driver_name() in _LIBPQ:
            # Else a server that is away, or a row that somebody holds, is waited for without end.
            options = {"connect_timeout": CONNECT_SECONDS}
            options |= {"options": f"-c lock_timeout={max(1, int(wait * 1000))}"}
            options = {name: value for name, value in options.items() if name not in url.query}
        return create_engine(url, connect_args=options, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": wait}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        import sqlite3

        # The driver would open a transaction late, after our first reads: we say when.
        connection.isolation_level = None
        if writes:
            # Some file systems have no WAL, and a program that holds the file may not let us.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode=WAL").fetchall()
            connection.execute("PRAGMA synchronous=NORMAL")
            # Moving the log into the file costs more than a submission: seldom, and much at once.
            connection.execute("PRAGMA wal_autocheckpoint=4000")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        now = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if now else "BEGIN")

    return engine


def check(db_url: str) -> None:
    """See that a gradebook is there for us and of the nbgrader that is installed.

    An empty database passes: nbgrader makes its tables there.

    Raises:
        EnvironmentFault: it cannot be reached or read, or an older nbgrader made it.
    """
    with faults(db_url):
        engine = connect(db_url, writes=False)
        try:
            with engine.connect() as connection:
                if _outdated(connection):
                    raise EnvironmentFault(
                        "the gradebook was made by an older nbgrader", shown(db_url), _UPGRADE
                    )
        finally:
            engine.dispose()


def _outdated(connection: Any) -> bool:
    """Whether tables are there, but not as the installed nbgrader wants them."""
    from nbgrader.api import Base

    found = {
        name: {column["name"] for column in columns}
        for (_, name), columns in inspect(connection).get_multi_columns().items()
    }
    theirs = {table.name: set(table.columns.keys()) for table in Base.metadata.sorted_tables}
    if not set(theirs) & set(found):
        return "grade_cell" in found
    if any(columns - found.get(name, columns) for name, columns in theirs.items()):
        return True
    if "alembic_version" not in found:
        return bool(set(theirs) - set(found))
    # A table that is missing is made by nbgrader itself, if the last change was an upgrade.
    known = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return known in _older_revisions()


@functools.cache
def _older_revisions() -> frozenset[str]:
    """Revisions of nbgrader's schema before the last; one that we do not know is newer."""
    from nbgrader.dbutil import ALEMBIC_DIR

    sources = [p.read_text(encoding="utf-8") for p in Path(ALEMBIC_DIR).glob("versions/*.py")]
    before = (re.search(r"^down_revision = '(\w+)'", source, re.M) for source in sources)
    return frozenset(match[1] for match in before if match)


@contextmanager
def faults(db_url: str) -> Iterator[None]:
    """Say in one sentence what a failing database means.

    Raises:
        EnvironmentFault: instead of any error of the database or its driver.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise fault(error, db_url) from None
    except ImportError as error:
        raise EnvironmentFault(
            f"the driver for the gradebook's server is not installed ({error.name})",
            shown(db_url),
            "install it beside casebank, for PostgreSQL: pip install 'psycopg[binary]'",
        ) from None


def fault(error: SQLAlchemyError, db_url: str) -> EnvironmentFault:
    """An error of the database as one sentence."""
    if isinstance(error, ArgumentError):
        return EnvironmentFault(
            "the gradebook's address cannot be read", shown(db_url), "it is " + _SETTINGS[8:]
        )
    said = _without_secrets(str(getattr(error, "orig", None) or error), db_url)
    if "disk I/O error" in said and _no_room(db_url):
        # What SQLite says where not even the file beside it, of 32 kB, can be made.
        said = "disk is full"
    for pattern, what, todo in _MEANINGS:
        if re.search(pattern, said, re.I):
            return EnvironmentFault(what, shown(db_url), todo)
    # The first line only: a database adds its statement.
    first = (said.splitlines() or [type(error).__name__])[0]
    return EnvironmentFault(
        f"the gradebook cannot be used ({first}); what was finished is kept", shown(db_url)
    )


def _no_room(db_url: str) -> bool:
    path = file_of(db_url)
    try:
        return path is not None and shutil.disk_usage(path.parent).free < ROOM
    except OSError:
        return False


def file_fault(error: OSError, path: Path) -> EnvironmentFault:
    """An error while writing into the course as one sentence."""
    todo = "see that it is there and whole, then run it again; what was finished is kept"
    what = f"this cannot be written ({error.strerror or error})"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        what = "the disk is full, so this cannot be written"
        todo = "make room, then run it again; what was finished is kept"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        what = "this may not be written"
        todo = "give yourself the right to write in the course folder, or grade in a copy of it"
    return EnvironmentFault(what, str(path), todo)


def _parse(db_url: str) -> URL | None:
    try:
        return make_url(db_url)
    except (SQLAlchemyError, ValueError):
        return None


def _without_secrets(said: str, db_url: str) -> str:
    url = _parse(db_url)
    if url is None:
        return said.replace(db_url, "…")
    secrets = [url.password, *(url.query.get(name) for name in _SECRET)]
    for secret in secrets:
        if secret:
            said = said.replace(str(secret), "***")
    return said
