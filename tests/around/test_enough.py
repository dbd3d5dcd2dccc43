"""Is as much tried around the sandbox as was promised?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from surfaces import SURFACES

HERE = Path(__file__).resolve().parent


def test_enough_tries(request: pytest.FixtureRequest) -> None:
    """Are there at least 120 tries, and some against each surface?"""
    mine = [item for item in request.session.items if item.path.parent == HERE]
    if {item.path.name for item in mine} < {path.name for path in HERE.glob("test_*.py")}:
        pytest.skip("only a part of the suite was asked for")
    tries = Counter(dict(item.user_properties).get("surface") for item in mine)
    tries.pop(None)
    assert set(tries) == set(SURFACES)
    assert tries.total() >= 120
