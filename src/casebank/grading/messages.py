"""Whether what a kernel sends is a message of Jupyter's protocol: a hostile kernel sends anything.

Each message is looked at once, before anybody works with it: what passes has the types that
nbclient and nbconvert take for granted.
"""

from __future__ import annotations

import re
from typing import Any

#: What may be any value; else it is a text.
_JSON = re.compile(r"application/(.*\+)?json")
#: More cells than anybody runs.
MOST_COUNT = 2**31


def formed(message: Any) -> dict[str, Any] | None:
    """A message as the protocol has it; None when it is none.

    A cell's reply that says nothing is one that says that the cell failed: nobody need wait for
    another.
    """
    if not isinstance(message, dict):
        return None
    kind = message.get("msg_type")
    if kind == "execute_reply" and not isinstance(message.get("content"), dict):
        message["content"] = {}
    parts = [message.get(name) for name in ("header", "parent_header", "metadata", "content")]
    if not all(isinstance(part, dict) for part in parts):
        return None
    header, parent, _, content = parts
    if not isinstance(kind, str) or not isinstance(header.get("msg_id"), str):
        return None
    if not isinstance(parent.get("msg_id", ""), str):
        return None
    if kind == "execute_reply":
        message["content"] = _reply(content)
        return message
    return message if _proper(kind, content) else None


def count(value: Any) -> bool:
    """Whether this may be a cell's number."""
    return value is None or (type(value) is int and 0 <= value < MOST_COUNT)


def _reply(content: dict[str, Any]) -> dict[str, Any]:
    status = content.get("status")
    number = content.get("execution_count")
    found = {**content, "execution_count": number if count(number) else None}
    if status == "ok" or (status == "error" and _error(content)):
        return found
    # An aborted cell has no error of its own.
    known = status if status in ("error", "aborted", "abort") else "error"
    return {**found, "status": known, "ename": "", "evalue": "", "traceback": []}


def _error(content: dict[str, Any]) -> bool:
    lines = content.get("traceback")
    return (
        isinstance(content.get("ename"), str)
        and isinstance(content.get("evalue"), str)
        and isinstance(lines, list)
        and _text(lines)
    )


def _text(value: Any) -> bool:
    """Whether this is a text, or its lines."""
    lines = value if isinstance(value, list) else [value]
    return all(isinstance(line, str) for line in lines)


def _proper(kind: str, content: dict[str, Any]) -> bool:
    """Whether a message holds what the protocol says for its kind; forged ones do not."""
    if not count(content.get("execution_count")):
        return False
    if kind == "stream":
        text, name = content.get("text"), content.get("name")
        return isinstance(text, str) and name in ("stdout", "stderr")
    if kind == "error":
        return _error(content)
    if kind == "status":
        return isinstance(content.get("execution_state"), str)
    if kind in ("display_data", "execute_result", "update_display_data"):
        return _shown(content)
    if kind.startswith("comm"):
        return _comm(content)
    return True


def _shown(content: dict[str, Any]) -> bool:
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    data = content.get("data")
    return (
        isinstance(data, dict)
        and all(_JSON.fullmatch(kind) or _text(value) for kind, value in data.items())
        and isinstance(content.get("metadata", {}), dict)
        and isinstance(transient, dict | None)
        and isinstance(name, str | None)
    )


def _comm(content: dict[str, Any]) -> bool:
    data = content.get("data", {})
    if not isinstance(content.get("comm_id"), str) or not isinstance(data, dict):
        return False
    return isinstance(data.get("state", {}), dict) and isinstance(
        data.get("buffer_paths", []), list
    )


__all__ = ["count", "formed"]
