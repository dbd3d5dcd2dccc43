"""Our own tables beside nbgrader's in the same gradebook; they name students and assignments.

They hold no foreign keys into nbgrader's tables, so ``nbgrader db`` may remove or upgrade those
freely. A table never loses a column: a gradebook of an earlier version of ours goes on working.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
)

metadata = MetaData()

runs = Table(
    "casebank_run",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("assignment", String(128), nullable=False),
    Column("version", String(32), nullable=False),
    Column("started", DateTime(), nullable=False),
    Column("finished", DateTime()),
    Column("sandbox", Integer, nullable=False),
    Column("counts", Text()),
)


def _of_submission(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("assignment", String(128), primary_key=True),
        Column("student", String(128), primary_key=True),
        *columns,
    )


#: What became of a submission.
submissions = _of_submission(
    "casebank_submission",
    Column("run", String(32)),
    Column("status", String(16), nullable=False),
    Column("reason", Text()),
    Column("notes", Text()),
    Column("version", String(40)),
    Column("lang", String(2), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("seconds", Float()),
    Column("graded", DateTime()),
)

#: One outcome per task of an exercise of ours.
tasks = _of_submission(
    "casebank_task",
    Column("task", String(80), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("message_id", String(80)),
    Column("text", Text()),
    Column("needs", String(80)),
    Column("points", Float(), nullable=False),
    Column("max", Float(), nullable=False),
)

#: Digests of everything that a grade hangs on.
grades = _of_submission(
    "casebank_grade",
    Column("answer", String(64), nullable=False),
    Column("checks", String(64), nullable=False),
    Column("weights", String(64), nullable=False),
    Column("data", String(64), nullable=False),
    Column("engine", String(64), nullable=False),
)

#: How each score came about (see ``model.Row.kind``; ``missing``: the notebook was not handed in),
#: and whether it was judged a second time: yes, no (the two differ), or why it could not be.
cells = _of_submission(
    "casebank_cell",
    Column("notebook", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("value", Float()),
    Column("disputed", Boolean(), nullable=False),
    Column("verified", Text(), nullable=False),
)

#: Both judgements of a cell where they differ.
evidence = _of_submission(
    "casebank_evidence",
    Column("notebook", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("ours", Text(), nullable=False),
    Column("theirs", Text(), nullable=False),
)

#: All that is replaced when a submission is stored.
PER_SUBMISSION = (submissions, tasks, grades, cells, evidence)


def prepare(gradebook: Any) -> None:
    """Make our tables where they are not there yet (anything with an ``engine``)."""
    metadata.create_all(gradebook.engine)


def read(gradebook: Any, table: Table, **where: Any) -> list[dict[str, Any]]:
    """Rows of one of our tables, from nbgrader's gradebook."""
    return rows(gradebook.db, table, **where)


def put(gradebook: Any, table: Table, new: list[dict[str, Any]], **where: Any) -> None:
    """Replace rows in nbgrader's gradebook; the caller commits."""
    replace(gradebook.db, table, new, **where)


def rows(connection: Any, table: Table, **where: Any) -> list[dict[str, Any]]:
    """Rows of one of our tables, by a connection or a session."""
    found = connection.execute(_by(select, table, tuple(where)), _bound(where))
    return [dict(row) for row in found.mappings()]


def replace(connection: Any, table: Table, new: Iterable[dict[str, Any]], **where: Any) -> None:
    """Replace rows by a connection or a session; the caller commits."""
    connection.execute(_by(delete, table, tuple(where)), _bound(where))
    add(connection, table, new)


def add(connection: Any, table: Table, new: Iterable[dict[str, Any]]) -> None:
    """Add rows by a connection or a session; the caller commits."""
    fitting = [fit(table, row) for row in new]
    if fitting:
        connection.execute(_insert(table), fitting)


@functools.cache
def _by(verb: Any, table: Table, names: tuple[str, ...]) -> Any:
    """A statement, made once: building and keying one costs more than running it."""
    statement = verb(table)
    for name in names:
        statement = statement.where(table.c[name] == bindparam(f"by_{name}"))
    return statement


_insert = functools.cache(insert)


def _bound(where: dict[str, Any]) -> dict[str, Any]:
    return {f"by_{name}": value for name, value in where.items()}


def fit(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row whose texts every database takes: no NUL, no half characters, not too long."""
    return {
        name: clean(value, getattr(table.c[name].type, "length", None))
        if isinstance(value, str)
        else value
        for name, value in row.items()
    }


def clean(text: str, longest: int | None = None) -> str:
    """A text that every database takes."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "")[:longest]
