"""What every suite shares: in CI a test that needs a tool of the machine may not be skipped."""

from __future__ import annotations

import os
import shutil

import pytest

NEEDS = {"browser": ("chromium", "chromium"), "sandbox": ("bwrap", "bubblewrap")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what the machine cannot run, and say how to mend it; CI fails instead."""
    for item in items:
        for marker, (program, package) in NEEDS.items():
            if item.get_closest_marker(marker) and not shutil.which(program):
                reason = f"{program} is missing here: sudo apt install {package}"
                if os.environ.get("CI"):
                    raise pytest.UsageError(f"CI may not skip {item.nodeid}: {reason}")
                item.add_marker(pytest.mark.skip(reason=reason))
