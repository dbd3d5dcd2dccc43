"""Start programs of our own so that nothing is imported from where somebody happens to stand.

``python -m`` and ``python -c`` put the current folder first on the path. An instructor stands in
the inbox or in an unpacked submission: a ``json.py`` there would run with the instructor's rights.
"""

from __future__ import annotations

import os
import sys

#: By which the Pythons that ours start leave the current folder out, too.
SAFE_PATH = "PYTHONSAFEPATH"


def python(*words: str) -> list[str]:
    """The command line of this Python, which imports nothing from the current folder."""
    return [sys.executable, "-P", *words]


def safe_environment() -> None:
    """Have every Python that this process starts leave the current folder out of its path."""
    os.environ[SAFE_PATH] = "1"


__all__ = ["SAFE_PATH", "python", "safe_environment"]
