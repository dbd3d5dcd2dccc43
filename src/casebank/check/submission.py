"""The submission file: its name, its manifest, its bytes.

The browser's page writes the same in JavaScript; ``casebank collect`` takes both.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casebank.check import log

SUFFIX = ".casebank.zip"
MANIFEST = "manifest.json"
FORMAT = 1
LONGEST_PART = 40
MOST_CHECKS = 200
#: In bytes: a folder's name may have 255, and a temporary file beside it needs some.
LONGEST_ID = 200
_ID = re.compile(r"\w[\w.@-]*")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Student:
    """Who hands in, in the trainee's own words."""

    name: str
    id: str


def clean(text: str) -> str:
    """A part of the file's name: letters of any script, digits, ``-`` and ``.``.

    All else becomes ``-``, runs of it one; neither stands at an end. Cases that the browser's page
    shares: ``tests/unit/check/handin_names.json``.
    """
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        good = kind[0] == "L" or kind == "Nd" or sign in "-."
        if good and sign != "-":
            signs.append(sign)
        elif not signs or signs[-1] != "-":
            signs.append("-")
    return "".join(signs).strip("-.")[:LONGEST_PART].strip("-.") or "x"


def usable_id(text: str) -> str | None:
    """An id as a course can keep it, which is a folder's name on every system; else nothing.

    The browser's page goes by the same rule before it makes a file.
    """
    name = unicodedata.normalize("NFKC", text).strip()
    good = bool(_ID.fullmatch(name)) and not name.endswith(".") and not _RESERVED.fullmatch(name)
    return name if good and len(name.encode("utf-8", "replace")) <= LONGEST_ID else None


def file_name(student: Student, exercise: str, version: str) -> str:
    """``NAME_ID_EXERCISE_VERSION.casebank.zip``."""
    parts = (student.name, student.id, exercise, version)
    return "_".join(clean(part) for part in parts) + SUFFIX


def make(
    notebook: bytes,
    about: dict[str, Any],
    student: Student,
    checks: Sequence[dict[str, Any]],
    *,
    made_at: str,
    made_with: str = "kit",
) -> tuple[str, bytes]:
    """The submission file: its name and its bytes.

    Args:
        notebook: the notebook's bytes, which go in unchanged.
        about: its ``metadata.casebank``.
        student: whose it is.
        checks: the log; of a long one only the end goes along.
        made_at: the time, as :func:`casebank.check.log.now` writes it.
        made_with: ``kit`` or ``browser``.
    """
    exercise, version = about["exercise"], about["version"]
    inside = f"{exercise}.ipynb"
    manifest = {
        "format": FORMAT,
        "exercise": exercise,
        "version": version,
        "lang": about.get("lang", ""),
        "student": {"name": student.name, "id": student.id},
        "notebook": {
            "name": inside,
            "sha256": hashlib.sha256(notebook).hexdigest(),
            "bytes": len(notebook),
        },
        "made_at": made_at,
        "made_with": made_with,
        "checks": [{key: one[key] for key in log.KEYS} for one in checks][-MOST_CHECKS:],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in ((inside, notebook), (MANIFEST, text.encode("utf-8", "replace"))):
            # A fixed date: two hand-ins of one moment have the same bytes on every machine.
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file_name(student, exercise, version), out.getvalue()
