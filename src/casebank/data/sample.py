"""The committed sample: made, checked, and opened again."""

from __future__ import annotations

from pathlib import Path

from casebank import files
from casebank.data import describe
from casebank.data.calendar import MONTHS
from casebank.data.truth import SEED
from casebank.data.write import CHUNK, Format, Progress, csv_bytes, make_chunk, write
from casebank.errors import ContentError

SAMPLE_CUSTOMERS = 1500


def make_sample(
    datasets_dir: Path, *, check: bool = False, progress: Progress | None = None
) -> list[Path]:
    """Make the sample tables and datapackage.json; rewrite only what differs.

    Args:
        datasets_dir: the folder ``datasets/`` of a clone.
        check: compare only, and write nothing.
        progress: called with (done, total, label).

    Returns:
        The files that were rewritten.

    Raises:
        ContentError: with ``check``, when a committed file is not what the code makes.
    """
    datasets_dir = Path(datasets_dir)
    wanted: dict[str, bytes] = {}
    rows: dict[str, int] = {}
    for name, table in make_chunk(SEED, 0, SAMPLE_CUSTOMERS, MONTHS).items():
        wanted[f"{name}.csv"] = csv_bytes(table)
        rows[name] = table.num_rows
    wanted["datapackage.json"] = describe.package(wanted, rows, SEED, SAMPLE_CUSTOMERS, MONTHS)
    changed = []
    for done, (name, content) in enumerate(wanted.items(), 1):
        path = datasets_dir / name
        if check:
            if not path.is_file() or path.read_bytes() != content:
                raise ContentError(
                    "the committed file is not what the code makes",
                    str(path),
                    "run `casebank data make` and commit what it writes",
                )
        elif files.write_bytes(path, content):
            changed.append(path)
        if progress:
            progress(done, len(wanted), name)
    return changed


def make(
    out: Path,
    *,
    customers: int,
    months: int = MONTHS,
    fmt: Format = "parquet",
    seed: int = SEED,
    chunk: int = CHUNK,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Make a bank of any size in bounded memory.

    Returns:
        The tables (a file each as CSV, a folder each as Parquet) and their datapackage.json.
    """
    out = Path(out)
    rows = write(
        out,
        customers=customers,
        months=months,
        fmt=fmt,
        seed=seed,
        chunk=chunk,
        workers=workers,
        progress=progress,
    )
    files.write_bytes(
        out / "datapackage.json", describe.package_of(out, fmt, rows, seed, customers, months)
    )
    return [*(out / f"{name}.{fmt}" for name in rows), out / "datapackage.json"]
