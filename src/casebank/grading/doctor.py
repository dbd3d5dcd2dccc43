"""What ``casebank doctor`` wants to know about grading."""

from __future__ import annotations

from casebank.grading import sandbox


def sandbox_problems() -> list[str]:
    """Each thing that keeps the sandbox from working here, with its remedy; empty: it works."""
    return sandbox.problems(whole=True)
