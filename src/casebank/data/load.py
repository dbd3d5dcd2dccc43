"""Reading a table of ``datasets/`` with its types."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from casebank.data.schema import MINUTES, SCHEMA, Field
from casebank.errors import ContentError, UsageError, nearest


def load(name: str, datasets_dir: Path) -> pd.DataFrame:
    """Read a table: dates and times as datetime64, words as str, missing values as missing.

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
    dates = {f.name: _FORMATS[f.type] for f in fields if f.type in _FORMATS}
    kinds = {f.name: _kind(f) for f in fields if f.type not in _FORMATS}
    return pd.read_csv(path, dtype=kinds, parse_dates=list(dates), date_format=dates)


def _kind(field: Field) -> str:
    # A plain truth value cannot be missing.
    return "boolean" if field.type == "boolean" and not field.required else _DTYPES[field.type]


_FORMATS = {"date": "%Y-%m-%d", "datetime": MINUTES}
_DTYPES = {"integer": "int64", "string": "str", "boolean": "bool"}
