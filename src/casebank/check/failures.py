"""The one exception that a check raises, worded in the notebook's language."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, NoReturn, ParamSpec, TypeVar

from casebank.check.messages import BUILTIN, LANGS, Shown, builtin, fill
from casebank.check.session import SESSION


class CheckFailed(AssertionError):
    """A check that does not hold. Its text ends with the id of its message in brackets."""

    def __init__(self, message_id: str, text: str, params: dict[str, Any] | None = None) -> None:
        self.message_id = message_id
        self.text = text
        self.params = dict(params or {})
        super().__init__(f"{text} [{message_id}]")

    def _render_traceback_(self) -> list[str]:
        # IPython shows this instead of a traceback: the learner needs the sentence, and the lines
        # of a hidden test have no place in an output.
        head = "请再看看：" if SESSION.lang == "zh" else "Look at this: "
        return [f"{head}{self.text} [{self.message_id}]"]


def wording(message_id: str, lang: str | None = None, **params: Any) -> str:
    """A message by id, the exercise's own or a shared one, filled in."""
    lang = lang if lang in LANGS else SESSION.lang
    if message_id in BUILTIN:
        return builtin(message_id, lang, **params)
    template = SESSION.message(message_id)
    if template is None:
        return builtin("check-difference", lang)
    return fill(template, params)


def fail(message_id: str, detail: str = "", **params: Any) -> NoReturn:
    """Raise :class:`CheckFailed` with a message and, after it, where the difference is."""
    text = wording(message_id, **params)
    if detail:
        joint = "" if SESSION.lang == "zh" else " "
        text = f"{text}{joint}{detail}"
    # Not chained: the cause would show the inside of the check.
    raise CheckFailed(message_id, text, params) from None


P = ParamSpec("P")
R = TypeVar("R")


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Let a check meet any value: what it cannot handle is a failed check, not another error.

    Else a learner would read an error from the inside of this library and look for it in their own
    code. Warnings about odd values are not shown either.
    """

    @functools.wraps(function)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return function(*args, **kwargs)
        except CheckFailed:
            raise
        except Exception as error:
            kind = Shown(f"`{type(args[0]).__name__}`") if args else Shown("-")
            problem = Shown(" ".join(str(error).split())[:120] or type(error).__name__)
            fail("check-odd", type=kind, problem=problem)

    return safe
