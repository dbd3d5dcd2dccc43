"""Saying what the data are: the Frictionless data package, and the zip that people download."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from casebank import files
from casebank.data.calendar import as_of
from casebank.data.schema import MINUTES, SCHEMA, Field, Schema
from casebank.errors import ContentError
from casebank.lang import Lang

GENERATOR = "1.1.0"
"""Version of the simulator: it changes when the same seed gives other bytes."""
ZIP_TIME = (2026, 6, 30, 0, 0, 0)
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def _field(field: Field) -> dict:
    constraints: dict = {"required": field.required}
    for key, value in (
        ("unique", field.unique or None),
        ("enum", list(field.words) or None),
        ("minimum", field.least),
        ("maximum", field.most),
        ("pattern", field.pattern),
    ):
        if value is not None:
            constraints[key] = value
    out = {
        "name": field.name,
        "type": field.type,
        "description": field.en,
        "description_zh": field.zh,
        "constraints": constraints,
    }
    if field.type == "datetime":
        out["format"] = MINUTES
    if field.type == "boolean":
        out |= {"trueValues": ["true"], "falseValues": ["false"]}
    return out


def _resource(name: str, schema: Schema, path: str | list[str], fmt: str) -> dict:
    return {
        "name": name,
        "type": "table",
        "path": path,
        "format": fmt,
        "mediatype": "text/csv" if fmt == "csv" else "application/vnd.apache.parquet",
        "title": schema.title_en,
        "title_zh": schema.title_zh,
        "description": schema.en,
        "description_zh": schema.zh,
        "schema": {
            "fields": [_field(f) for f in schema.fields],
            "primaryKey": [schema.key],
            "foreignKeys": [
                {"fields": [column], "reference": {"resource": other, "fields": [column]}}
                for column, other in schema.foreign
            ],
            "missingValues": [""],
        },
    }


def _package(resources: list[dict], seed: int, customers: int, months: int) -> bytes:
    package = {
        "name": "lanchuan-bank",
        "title": "Lanchuan Bank: an invented city bank",
        "title_zh": "澜川银行：一家虚构的城市商业银行",
        "description": "Invented data. No bank, branch, employee or customer in it exists; "
        "a seeded simulator made every row.",
        "description_zh": "数据全部虚构：其中的银行、支行、员工、客户都不存在，"
        "每一行都由带种子的模拟器生成。",
        "version": GENERATOR,
        "licenses": [LICENCE],
        "generator": {"name": "casebank.data", "version": GENERATOR},
        "seed": seed,
        "customers": customers,
        "months": months,
        "as_of": as_of(months).isoformat(),
        "resources": resources,
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def package(
    tables: Mapping[str, bytes], rows: Mapping[str, int], seed: int, customers: int, months: int
) -> bytes:
    """datapackage.json of CSV tables that are in memory (file name -> bytes)."""
    resources = []
    for name, schema in SCHEMA.items():
        content = tables[f"{name}.csv"]
        resources.append(
            _resource(name, schema, f"{name}.csv", "csv")
            | {
                "encoding": "utf-8",
                "rows": rows[name],
                "bytes": len(content),
                "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
            }
        )
    return _package(resources, seed, customers, months)


def package_of(
    out: Path, fmt: str, rows: Mapping[str, int], seed: int, customers: int, months: int
) -> bytes:
    """datapackage.json of tables on disk; Parquet tables are folders of parts."""
    resources = []
    for name, schema in SCHEMA.items():
        place = out / f"{name}.{fmt}"
        if fmt == "csv":
            found = _resource(name, schema, place.name, fmt)
            found |= {"encoding": "utf-8", "rows": rows[name], "bytes": place.stat().st_size}
            found["hash"] = "sha256:" + files.sha256(place)
        else:
            parts = sorted(place.glob("part-*.parquet"))
            found = _resource(name, schema, [f"{place.name}/{p.name}" for p in parts], fmt)
            found |= {"rows": rows[name], "bytes": sum(p.stat().st_size for p in parts)}
        resources.append(found)
    return _package(resources, seed, customers, months)


def zip_datasets(datasets_dir: Path, out: Path, lang: Lang) -> Path:
    """Zip the tables, datapackage.json and the cards of one language; equal input, equal bytes.

    Raises:
        ContentError: when a table or a card is missing.
    """
    datasets_dir = Path(datasets_dir)
    inside = {f"{name}.csv": datasets_dir / f"{name}.csv" for name in SCHEMA}
    inside["datapackage.json"] = datasets_dir / "datapackage.json"
    cards = {f"README-{name}.md": datasets_dir / f"{name}.{lang}.md" for name in SCHEMA}
    cards["README.md"] = datasets_dir / f"bank.{lang}.md"
    for path in (*inside.values(), *cards.values()):
        if not path.is_file():
            raise ContentError("a file of the data package is missing", str(path))
    content = {name: path.read_bytes() for name, path in inside.items()}
    for name, path in cards.items():
        title = _titles(lang).get(path.name.split(".")[0], "")
        content[name] = f"# {title}\n\n{plain(path.read_text('utf-8'))}".encode()
    packed = {f"lanchuan-bank/{name}": part for name, part in content.items()}
    files.write_bytes(Path(out), files.zip_bytes(packed, ZIP_TIME))
    return Path(out)


def _titles(lang: Lang) -> dict[str, str]:
    titles = {n: s.title_zh if lang == "zh" else s.title_en for n, s in SCHEMA.items()}
    return titles | {"bank": "澜川银行" if lang == "zh" else "Lanchuan Bank"}


def plain(text: str) -> str:
    """The site's markup as plain Markdown that reads well outside the site."""
    text = re.sub(r"^(#+ .*?) *\{#[\w-]+\}$", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"^::: *\w+ *\"(.*)\"$", r"**\1**\n", text, flags=re.MULTILINE)
    text = re.sub(r"^:::$\n?", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{\{(?:term|link:\w+|download):?[^}|]*\|([^}]*)\}\}", r"\1", text)
    text = re.sub(r"\{\{link:dataset:([\w-]+)[^}]*\}\}", r"`\1`", text)
    return re.sub(r"\{\{(?:term|link:\w+|download):([^}#]*)[^}]*\}\}", r"\1", text)
