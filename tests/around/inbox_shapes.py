"""Hand-ins that are small and would cost much, the measuring of a command, and archives of them."""

from __future__ import annotations

import base64
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "unit" / "grading"), str(HERE.parent / "e2e")]

CASEBANK = Path(sys.executable).with_name("casebank")
MB = 1024 * 1024


def code(source: Any = "1", *, name: str = "one-solution", **more: Any) -> dict[str, Any]:
    """A code cell."""
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": source}
    return {**cell, "outputs": [], "execution_count": None, **more}


def printed(lines: list[str]) -> list[dict[str, Any]]:
    """What a cell printed, line by line as JupyterLab writes it."""
    return [{"output_type": "stream", "name": "stdout", "text": lines}]


def picture(size: int) -> list[dict[str, Any]]:
    """A picture of so many bytes."""
    data = {"image/png": base64.b64encode(os.urandom(size)).decode(), "text/plain": "<Figure>"}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def charts(points: int) -> list[dict[str, Any]]:
    """A chart with its figures, as plotly keeps it."""
    trace = {"x": [n / 7 for n in range(points)], "y": [n / 3 for n in range(points)]}
    data = {"application/vnd.plotly.v1+json": {"data": [trace], "layout": {}}}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def notes(count: int, **about: Any) -> dict[str, Any]:
    """A text cell with attachments."""
    files = {f"a{n}.png": {"image/png": ""} for n in range(count)}
    return {
        "cell_type": "markdown",
        "id": "m",
        "metadata": about,
        "source": "x",
        "attachments": files,
    }


#: JSON that stands as a notebook's metadata: a few megabytes each, hundreds or thousands in memory.
PARTS = {
    "objects": lambda: b"[" + b",".join([b"{}"] * 6_000_000) + b"]",
    "lists": lambda: b"[" + b",".join([b"[[[[]]]]"] * 500_000) + b"]",
    "numbers": lambda: b"[" + b",".join([b"1"] * 3_000_000) + b"]",
    "texts": lambda: b"[" + b",".join(b'"%x"' % n for n in range(1_100_000)) + b"]",
    "keys": lambda: b"{" + b",".join(b'"%x":1' % n for n in range(1_100_000)) + b"}",
    "deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "digits": lambda: b"9" * 5_000_000,
    "fraction": lambda: b"1." + b"9" * 5_000_000,
    "behind backslashes": lambda: b'["\\\\",' + b",".join([b'"\\"",{}'] * 400_000) + b"]",
}
#: Cells of a notebook.
CELLS = {
    "cells": lambda: [code(name=f"c{n}") for n in range(30_000)],
    "lines of source": lambda: [code(["x = 1\n"] * 1_000_000)],
    "source": lambda: [code("x = 1\n" * 1_000_000)],
    "tags": lambda: [code(metadata={"tags": [n if n % 2 else {"a": n} for n in range(20_000)]})],
    "attachments": lambda: [notes(100_000)],
    "metadata": lambda: [code(metadata={"x": [{"a": n} for n in range(100_000)]})],
}
HONEST = {
    "200 000 lines": lambda: [
        code(outputs=printed([f"line {n} of what was printed\n" for n in range(200_000)]))
    ],
    "pictures": lambda: [code(name=f"p{n}", outputs=picture(4_000_000)) for n in range(3)],
    "a chart": lambda: [code(outputs=charts(150_000))],
    "1500 cells": lambda: [
        code(name=f"c{n}", outputs=printed([f"{n}\n"]) * 5) for n in range(1500)
    ],
}


def with_part(book: bytes, part: bytes) -> bytes:
    """A notebook in whose metadata this stands."""
    raw = json.loads(book)
    raw["metadata"]["x"] = "@@"
    return json.dumps(raw).encode().replace(b'"@@"', part)


def with_cells(book: bytes, cells: list[dict[str, Any]]) -> bytes:
    """A notebook with these cells before its own."""
    raw = json.loads(book)
    mine = [cell for cell in raw["cells"] if cell.get("id") not in {one["id"] for one in cells}]
    raw["cells"] = [*cells, *mine]
    return json.dumps(raw).encode()


def overlapping(name: str, content: bytes, copies: int) -> bytes:
    """A zip whose entries all lie in the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name.format(0), content)
    data = out.getvalue()
    start = data.index(b"PK\x01\x02")
    head, end = data[start : data.index(b"PK\x05\x06")], bytearray(data[-22:])
    heads = b""
    for number in range(copies):
        mine = name.format(number).encode()
        heads += head[:28] + struct.pack("<H", len(mine)) + head[30:46] + mine
    struct.pack_into("<HHIL", end, 8, copies, copies, len(heads), start)
    return data[:start] + heads + bytes(end)


@dataclass
class Ran:
    """A command that has ended.

    Attributes:
        memory: megabytes of the largest of its processes.
        cpu: seconds of all of them.
    """

    code: int
    said: str
    memory: float
    cpu: float


#: A process's largest size counts what it was forked from, and ours has many megabytes.
_MEASURE = """
import json, os, resource, subprocess, sys
with open(sys.argv[1], "wb") as out:
    code = subprocess.call(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime]))
"""


def run(course: Path, *words: object, log: Path) -> Ran:
    """A public command in a course, measured."""
    env = {**os.environ, "COLUMNS": "200"}
    env["PATH"] = f"{CASEBANK.parent}{os.pathsep}{env['PATH']}"
    measure = [sys.executable, "-I", "-S", "-c", _MEASURE, str(log), str(CASEBANK)]
    done = subprocess.run(
        [*measure, *map(str, words)], cwd=course, env=env, check=True, capture_output=True
    )
    code, memory, cpu = json.loads(done.stdout)
    return Ran(code, log.read_text("utf-8"), memory, cpu)


def disk(folder: Path) -> int:
    """Bytes that a folder's files take on a disk of blocks."""
    return sum(
        -(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file()
    )
