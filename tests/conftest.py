"""What every suite shares: in CI a test that needs a tool of the machine may not be skipped; what
a piece of the course costs is noted, and its dear checks are left out when they are not due.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import pieces

NEEDS = {"browser": ("chromium", "chromium"), "sandbox": ("bwrap", "bubblewrap")}


def _piece(item: pytest.Item) -> pieces.Piece | None:
    marker = item.get_closest_marker("piece")
    return pieces.Piece(*marker.args) if marker else None


def _due(item: pytest.Item) -> bool:
    """Whether a test is to run: it is the asked piece's, and not dear or its piece's turn."""
    piece, only, dear = _piece(item), os.environ.get(pieces.ONLY), os.environ.get(pieces.DEAR)
    if only and (piece is None or piece.slug != only):
        return False
    if dear is None or item.get_closest_marker("dear") is None:
        return True
    return str(piece) in dear.split(",")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note the CPU seconds of a test that is a piece's."""
    piece, where = _piece(item), os.environ.get(pieces.SPENT)
    if not piece or not where:
        return (yield)
    began = pieces.tree_seconds()
    try:
        return (yield)
    finally:
        seconds = max(0.0, pieces.tree_seconds() - began)
        work = item.path.relative_to(Path(__file__).parent).parts[0]
        row = {"kind": piece.kind, "slug": piece.slug, "work": work, "seconds": round(seconds, 2)}
        with Path(where).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not due; skip what the machine cannot run, and say how to mend it.

    CI fails where a tool is missing.
    """
    later = [item for item in items if not _due(item)]
    if later:
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if _due(item)]
    for item in items:
        for marker, (program, package) in NEEDS.items():
            if item.get_closest_marker(marker) and not shutil.which(program):
                reason = f"{program} is missing here: sudo apt install {package}"
                if os.environ.get("CI"):
                    raise pytest.UsageError(f"CI may not skip {item.nodeid}: {reason}")
                item.add_marker(pytest.mark.skip(reason=reason))
