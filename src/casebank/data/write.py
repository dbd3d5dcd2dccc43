"""Writing tables of any size in bounded memory: chunk by chunk, renamed when whole.

Chunks are ranges of customers. Each is simulated from the first month to the last and written to
files of its own, by as many processes as there are processors; then the pieces are put in order. A
CSV is the pieces one after the other; a Parquet table is a folder of pieces, which pandas, Arrow,
DuckDB, Polars and Spark read as one table.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from casebank.data.policy import HANDLING, Handling, Policy, default_policy
from casebank.data.schema import MINUTES
from casebank.data.simulator import run
from casebank.data.tables import TABLES, build
from casebank.errors import UsageError
from casebank.files import take_place

Format = Literal["csv", "parquet"]
Progress = Callable[[int, int, str], None]
Job = tuple[int, int, int, int, int, str, str]
"""Seed, number, first customer, customers, months, format, folder."""
CHUNK = 10_000
TEXTS = {"text_zh", "text_en"}
"""Columns that may hold commas and quotation marks."""
MOST_WORKERS = 4
"""More would be faster and would not keep to 2 GB."""


def csv_bytes(table: pa.Table, *, header: bool = True) -> bytes:
    """A table as CSV: UTF-8, line feeds, ISO dates, empty for missing, true and false.

    Numbers, dates and words of the schema hold no comma and are not quoted; texts are, where they
    have to be.
    """
    out = io.BytesIO()
    if header:
        out.write((",".join(table.column_names) + "\n").encode())
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, pc.strftime(table[place], MINUTES))
    if TEXTS & set(table.column_names):
        out.write(_quoted(table))
        return out.getvalue()
    pa_csv.write_csv(table, out, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
    return out.getvalue()


def _quoted(table: pa.Table) -> bytes:
    columns = [
        pc.if_else(column, "true", "false") if pa.types.is_boolean(column.type) else column
        for column in table.columns
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(zip(*(column.to_pylist() for column in columns), strict=True))
    return out.getvalue().encode()


def make_chunk(
    seed: int,
    first: int,
    count: int,
    months: int,
    policy: Policy = default_policy,
    handling: Handling = HANDLING,
) -> dict[str, pa.Table]:
    """The tables of some customers."""
    return build(*run(seed, first, count, months, policy), handling)


def _write_chunk(job: Job) -> dict[str, int]:
    seed, number, first, count, months, fmt, folder = job
    rows = {}
    for name, table in make_chunk(seed, first, count, months).items():
        place = Path(folder) / name
        place.mkdir(exist_ok=True)
        if fmt == "csv":
            (place / f"part-{number:05d}.csv").write_bytes(csv_bytes(table, header=False))
        else:
            pq.write_table(table, place / f"part-{number:05d}.parquet", compression="zstd")
        rows[name] = table.num_rows
    return rows


def write(
    out: Path,
    *,
    customers: int,
    months: int,
    fmt: Format,
    seed: int,
    chunk: int = CHUNK,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write all tables to a folder; return their numbers of rows.

    Raises:
        UsageError: for a size, length or format that cannot be made.
    """
    _check(customers, months, fmt, chunk)
    out.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out, prefix=".making-"))
    try:
        jobs = [
            (seed, number, first, min(chunk, customers - first), months, fmt, str(work))
            for number, first in enumerate(range(0, customers, chunk))
        ]
        rows = dict.fromkeys(TABLES, 0)
        done = 0
        for job, part in zip(jobs, _each(jobs, workers), strict=True):
            done += job[3]
            for name, count in part.items():
                rows[name] += count
            if progress:
                progress(done, customers, "customers")
        # The old description is not to stand beside new tables, however this ends.
        (out / "datapackage.json").unlink(missing_ok=True)
        for name in TABLES:
            _assemble(work / name, out / f"{name}.{fmt}", name, fmt, seed)
        return rows
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check(customers: int, months: int, fmt: str, chunk: int) -> None:
    if customers < 1 or chunk < 1:
        raise UsageError("a bank needs at least one customer, and a chunk too", str(customers))
    if not 1 <= months <= 99:
        raise UsageError("the months must be 1 to 99", str(months))
    if fmt not in ("csv", "parquet"):
        raise UsageError("the format is not known", fmt, "use csv or parquet")


def _each(jobs: list[Job], workers: int | None) -> Iterator[dict[str, int]]:
    workers = min(workers or min(os.cpu_count() or 1, MOST_WORKERS), len(jobs))
    if workers == 1:
        yield from map(_write_chunk, jobs)
        return
    # Forked children would inherit threads of the caller (a server, a progress bar).
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_write_chunk, jobs)


def _assemble(pieces: Path, target: Path, name: str, fmt: str, seed: int) -> None:
    """Put the pieces in order and under their name, in one rename."""
    if fmt == "parquet":
        take_place(pieces, target)
        return
    whole = pieces / "whole"
    header = make_chunk(seed, 0, 1, 1)[name].column_names
    with whole.open("wb") as handle:
        handle.write((",".join(header) + "\n").encode())
        for piece in sorted(pieces.glob("part-*.csv")):
            with piece.open("rb") as source:
                shutil.copyfileobj(source, handle, 1 << 20)
            piece.unlink()
    whole.replace(target)
