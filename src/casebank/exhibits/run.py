"""Run one companion and write down all that it computes.

Called as a process of its own (``python -m casebank.exhibits.run COMPANION DATASETS OUT``), so that
one companion's state never reaches another's, and a crash stops one text only.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

from casebank.errors import CasebankError, ContentError
from casebank.exhibits import registry
from casebank.exhibits.data import Data
from casebank.lang import LANGS, Bi

#: A drawing of many points is smaller as pixels.
LARGEST_SVG = 120_000


def _plain(value: Any, name: str) -> Any:
    """A value as JSON can hold it."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ContentError(f"the value '{name}' is {value}", "", "compute a number that exists")
        return value
    raise ContentError(
        f"the value '{name}' is a {type(value).__name__}", "", "give a number or a text"
    )


def _bi(text: Bi | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def _draw(entry: registry.Entry, data: Data, lang: str, out: Path) -> dict[str, Any]:
    import matplotlib.pyplot as plt

    from casebank.check import figures

    with plt.rc_context():
        figures.use_style(lang)
        # Letters as outlines: a reader's machine needs no font of ours.
        plt.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "casebank"})
        fig = entry.function(data, lang)
        if not hasattr(fig, "savefig"):
            raise ContentError(f"'{entry.id}' returned no figure", "", "return the Figure")
        name = f"{entry.id}.{lang}.svg"
        fig.savefig(out / name, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
        if (out / name).stat().st_size > LARGEST_SVG:
            (out / name).unlink()
            name = f"{entry.id}.{lang}.png"
            fig.savefig(out / name, dpi=200, metadata={"Software": None}, bbox_inches="tight")
        width, height = _size(out / name)
        plt.close("all")
    return {"file": name, "width": width, "height": height}


def _size(path: Path) -> tuple[int, int]:
    """Size in CSS pixels."""
    if path.suffix == ".png":
        import struct

        with path.open("rb") as handle:
            head = handle.read(24)
        width, height = struct.unpack(">II", head[16:24])
        return round(width / 2), round(height / 2)
    from lxml import etree

    root = etree.parse(str(path)).getroot()
    return tuple(round(float(root.get(k).removesuffix("pt")) * 4 / 3) for k in ("width", "height"))


def _tabulate(entry: registry.Entry, data: Data, lang: str) -> dict[str, Any]:
    frame = entry.function(data, lang)
    if not hasattr(frame, "columns"):
        raise ContentError(f"'{entry.id}' returned no table", "", "return a DataFrame")
    rows = [["" if cell is None else str(cell) for cell in row] for row in frame.to_numpy()]
    return {"columns": [str(c) for c in frame.columns], "rows": rows}


def _tool(
    entry: registry.Entry, companion: Path, data: Data, lang: str, out: Path
) -> dict[str, Any]:
    made = entry.function(data, lang)
    if not isinstance(made, dict) or set(made) != {"html", "data"}:
        raise ContentError(f"'{entry.id}' returned no tool", "", "return {'html': …, 'data': …}")
    script = companion.with_name(f"{companion.stem}.{entry.id}.js")
    if not script.is_file():
        raise ContentError(
            f"the tool '{entry.id}' has no program", "", f"write {script.name} beside the companion"
        )
    (out / f"{entry.id}.js").write_bytes(script.read_bytes())
    return {"file": f"{entry.id}.js", **made}


def run(companion: Path, datasets: Path, out: Path) -> None:
    """Run a companion and write ``result.json`` and the drawings into ``out``."""
    registry.CURRENT = current = registry.Registry()
    data = Data(companion, datasets)
    sys.path.insert(0, str(companion.parent))
    # A long companion may be split: NN-slug.NAME.py is read after NN-slug.py.
    parts = sorted(companion.parent.glob(f"{companion.stem}.*.py"))
    for number, path in enumerate([companion, *parts]):
        name = f"casebank_companion_{number}"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    numbers: dict[str, Any] = {}
    for function in current.values:
        for name, value in function(data).items():
            if name in numbers:
                raise ContentError(f"the value '{name}' is computed twice", "", "rename one")
            numbers[name] = _plain(value, name)
    items = []
    for entry in current.entries.values():
        item: dict[str, Any] = {
            "id": entry.id,
            "kind": entry.kind,
            "exhibit": entry.exhibit,
            **{key: _bi(getattr(entry, key)) for key in ("title", "alt", "source", "note")},
        }
        for lang in LANGS:
            if entry.kind == "figure":
                item[lang] = _draw(entry, data, lang, out)
            elif entry.kind == "tool":
                item[lang] = _tool(entry, companion, data, lang, out)
            else:
                item[lang] = _tabulate(entry, data, lang)
        items.append(item)
    text = json.dumps({"values": numbers, "items": items}, ensure_ascii=False, indent=1)
    (out / "result.json").write_text(text, encoding="utf-8")


def _line_in(companion: Path, error: BaseException) -> int | None:
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).name == companion.name
    ]
    return lines[-1] if lines else None


def main(arguments: list[str]) -> int:
    """Run, and say a failure as JSON on standard error."""
    companion, datasets, out = (Path(argument) for argument in arguments)
    os.environ["MPLBACKEND"] = "Agg"
    # A glyph that no font has, or a slip of pandas: what a reader would see must not be guessed.
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    try:
        run(companion, datasets, out)
    except CasebankError as error:
        fault = {"what": error.what, "todo": error.todo, "line": _line_in(companion, error)}
    except Exception as error:
        fault = {
            "what": f"{type(error).__name__}: {error}",
            "todo": "",
            "line": _line_in(companion, error),
        }
    else:
        return 0
    print("casebank-fault:" + json.dumps(fault), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
