"""Our own tables beside nbgrader's in the same gradebook; they name students and assignments.

They hold no foreign keys into nbgrader's tables, so ``nbgrader db`` may remove or upgrade those
freely.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
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

submissions = Table(
    "casebank_submission",
    metadata,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
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

tasks = Table(
    "casebank_task",
    metadata,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("task", String(80), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("message_id", String(80)),
    Column("text", Text()),
    Column("needs", String(80)),
    Column("points", Float(), nullable=False),
    Column("max", Float(), nullable=False),
)


def prepare(gradebook: Any) -> None:
    """Make our tables where they are not there yet."""
    metadata.create_all(gradebook.engine)


def read(gradebook: Any, table: Table, **where: Any) -> list[dict[str, Any]]:
    """Rows of one of our tables."""
    query = select(table)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    return [dict(row) for row in gradebook.db.execute(query).mappings()]


def put(gradebook: Any, table: Table, rows: list[dict[str, Any]], **where: Any) -> None:
    """Replace rows; the caller commits."""
    query = delete(table)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    gradebook.db.execute(query)
    if rows:
        gradebook.db.execute(insert(table), rows)
