"""Reading a table of ``datasets/`` with its types."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from casebank.data.schema import SCHEMA
from casebank.errors import ContentError, UsageError, nearest


def load(name: str, datasets_dir: Path) -> pd.DataFrame:
    """Read a table: dates as datetime64, words as str, missing staff as missing.

    Raises:
        UsageError: when there is no table of that name.
        ContentError: when its file is missing.
    """
    if name not in SCHEMA:
        raise UsageError(f"there is no table '{name}'", str(datasets_dir), nearest(name, SCHEMA))
    path = Path(datasets_dir) / f"{name}.csv"
    if not path.is_file():
        raise ContentError("the table's file is missing", str(path), "run `casebank data make`")
    fields = SCHEMA[name].fields
    dates = [f.name for f in fields if f.type == "date"]
    kinds = {f.name: _DTYPES[f.type] for f in fields if f.type != "date"}
    return pd.read_csv(path, dtype=kinds, parse_dates=dates, date_format="%Y-%m-%d")


_DTYPES = {"integer": "int64", "string": "str", "boolean": "bool"}
