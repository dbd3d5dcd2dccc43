"""What a trainee finds where the solution was: one text for both languages.

The same two constants stand in a course's ``nbgrader_config.py``; if they differed between the
languages, one gradebook could not hold both.
"""

from __future__ import annotations

from typing import Any

CODE_STUB = "raise NotImplementedError  # 在这里写 / write here"
TEXT_STUB = "在这里写你的答案。 / Write your answer here."


def nbgrader_config() -> dict[str, Any]:
    """The configuration of nbgrader's ``ClearSolutions`` that makes these stubs."""
    return {"code_stub": {"python": CODE_STUB}, "text_stub": TEXT_STUB}
