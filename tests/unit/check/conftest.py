"""A session of the self-check with messages of its own, and a clean one after each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from check_helpers import make_spec

from casebank.check.session import SESSION


@pytest.fixture(autouse=True)
def session() -> Iterator[None]:
    """An English session; what a test changes is put back."""
    SESSION.lang, SESSION.spec = "en", make_spec()
    yield
    SESSION.lang, SESSION.spec, SESSION.exercise = "en", None, None
    SESSION.runs.clear()
    SESSION.history.clear()
