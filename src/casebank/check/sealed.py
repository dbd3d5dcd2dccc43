"""Solutions in the self-study kit: sealed task by task, so that nobody reads them by accident.

This is a seal, not a lock: whoever takes the code apart can open it. A class's release has none.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from pathlib import Path

SEALED_NAME = "solutions.casebank"


def _stream(exercise: str, version: str, task: str, length: int) -> bytes:
    seed = f"casebank\0{exercise}\0{version}\0{task}".encode()
    out = bytearray()
    block = 0
    while len(out) < length:
        out += hashlib.sha256(seed + block.to_bytes(4, "big")).digest()
        block += 1
    return bytes(out[:length])


def _mix(data: bytes, exercise: str, version: str, task: str) -> bytes:
    key = _stream(exercise, version, task, len(data))
    return bytes(one ^ two for one, two in zip(data, key, strict=True))


def seal(exercise: str, version: str, solutions: dict[str, dict[str, str]]) -> str:
    """The text of a sealed file: for each task its solution in both languages."""
    tasks = {}
    for task, texts in solutions.items():
        packed = zlib.compress(json.dumps(texts, ensure_ascii=False).encode(), 9)
        tasks[task] = base64.b64encode(_mix(packed, exercise, version, task)).decode()
    content = {"exercise": exercise, "version": version, "tasks": tasks}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def unseal(path: Path, task: str, lang: str) -> str | None:
    """The solution of one task, or nothing where the file has none.

    Raises:
        ValueError: when the file is damaged.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        sealed = content["tasks"].get(task)
        if sealed is None:
            return None
        packed = _mix(base64.b64decode(sealed), content["exercise"], content["version"], task)
        return str(json.loads(zlib.decompress(packed))[lang])
    except (KeyError, TypeError, zlib.error, UnicodeDecodeError) as error:
        raise ValueError("the sealed file is damaged") from error
