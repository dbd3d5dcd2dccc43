"""Whether a test cell's two judgements agree: the kernel's outputs and the judge's verdict."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CLOSE = 1e-9
#: A number as it is shown, also of numpy's kinds, a fraction, a decimal, a complex one.
_NUMBER = re.compile(
    r"(?:[\w.]+\()?['\"(]*[-+]?(?:[\d.]+(?:e[-+]?\d+)?|nan|inf)j?(?:[,/+ -]+[\d.]+j?)*['\")]*", re.I
)
_TEXT = 160
_LOST = {
    "time": "the submission did not answer in time",
    "memory": "the submission's values take more memory than judging may",
    "gone": "the submission stopped answering",
    "nonsense": "the submission answered with something that is no data",
}


@dataclass(frozen=True)
class Difference:
    """Two judgements that differ, one short line each, for instructors.

    Attributes:
        ours: what the test said where the submission cannot reach.
        theirs: what it said in the submission's kernel.
        gains: the submission's kernel gives more points than the other judgement.
    """

    ours: str
    theirs: str
    gains: bool


@dataclass(frozen=True)
class _Side:
    """One judgement: points as nbgrader counts them, and how it reads."""

    score: float
    text: str


def _points(text: str, most: float) -> float:
    """What nbgrader makes of a cell's last value."""
    # Stock gives full points for what is no share of them, and chokes on too much.
    return float(text) if _is_share(text, most) else most


def _join(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _short(text: str) -> str:
    return " ".join(text.split())[:_TEXT]


def kernel_side(outputs: Sequence[Mapping[str, Any]], status: str, most: float) -> _Side:
    """What a cell's outputs say, by nbgrader's rules."""
    for output in outputs:
        kind = output.get("output_type")
        if kind == "error":
            name, said = output.get("ename", "error"), str(output.get("evalue", ""))
            return _Side(0.0, _short(f"failed: {name}: {said}" if said else f"failed: {name}"))
        if kind == "stream" and output.get("name") == "stderr":
            text = _join(output.get("text", ""))
            return _Side(0.0, _short(f"no points for output on stderr: {text}"))
        if kind == "execute_result":
            text = _join(output.get("data", {}).get("text/plain", ""))
            score = _points(text, most)
            return _Side(score, _short(f"passed, value {text}"))
    if status not in ("ok", ""):
        return _Side(0.0, f"failed: {status}")
    return _Side(most, "passed")


def judge_side(verdict: Mapping[str, Any], most: float) -> _Side:
    """What a verdict says."""
    state = verdict.get("state")
    if state == "passed":
        return _Side(most, "passed")
    if state == "value":
        text = str(verdict.get("value", ""))
        return _Side(_value(verdict, most), _short(f"passed, value {text}"))
    if state == "stderr":
        return _Side(0.0, _short(f"passed, with output on stderr: {verdict.get('error', '')}"))
    if state == "lost":
        return _Side(0.0, _LOST.get(str(verdict.get("reason")), _LOST["gone"]))
    return _Side(0.0, _short(f"failed: {verdict.get('error', '')}"))


def _value(verdict: Mapping[str, Any], most: float) -> float:
    """Points of a verdict's last value; nan of an object, whose text is the submission's word."""
    return math.nan if verdict.get("opaque") else _points(str(verdict.get("value", "")), most)


def _quiet(verdict: Mapping[str, Any], most: float) -> float:
    """Points that a verdict would have given had nothing been written on stderr."""
    return _value(verdict, most) if verdict.get("quiet") == "value" else most


def _odd(verdict: Mapping[str, Any], theirs: str, most: float) -> bool:
    """Whether the judge's last value is no share of the points, and the kernel's is another one.

    Stock gives full points for a value that is none, such as a table or ``np.float64(0.0)``. So it
    does here, if the kernel shows the same; not if it shows a number, or nothing, where the judge
    has computed a number out of range or of another kind.
    """
    if "value" not in verdict or verdict.get("opaque"):
        return False
    mine = str(verdict["value"])
    if _is_share(mine, most):
        return False
    shown = theirs.removeprefix("passed, value ")
    return _short(mine) != shown and (_is_number(shown) or _NUMBER.fullmatch(mine) is not None)


def differ(
    outputs: Sequence[Mapping[str, Any]],
    status: str,
    verdict: Mapping[str, Any],
    most: float,
) -> Difference | None:
    """The difference between the kernel's judgement of a test cell and the judge's, if any.

    Args:
        outputs: the cell's outputs, as they stand in the notebook.
        status: how its execution ended: ``ok`` or ``error``.
        verdict: the judge's.
        most: the cell's points.
    """
    state = verdict.get("state")
    if state == "unverifiable":
        return None
    theirs, ours = kernel_side(outputs, status, most), judge_side(verdict, most)
    if theirs.score > 0 and _odd(verdict, theirs.text, most):
        return Difference(_short(f"passed, value {verdict['value']}"), theirs.text, True)
    quiet = _quiet(verdict, most) if state == "stderr" else ours.score
    if state == "stderr" and theirs.score > 0 and not math.isnan(quiet):
        # Noise alone is no evidence: a submission may have asked for silence, or used up a warning
        # that is shown once.
        return Difference(ours.text, theirs.text, True) if theirs.score > quiet + _CLOSE else None
    if math.isnan(quiet):
        # An object that is no plain data: its text is the submission's word.
        number = theirs.text.removeprefix("passed, value ")
        if theirs.score == 0 or not _is_number(number):
            return None
    elif _close(theirs.score, ours.score):
        return None
    elif theirs.score < ours.score and verdict.get("shadowed"):
        # A name of Python's own that the submission has given to something else breaks the test
        # there, and only there.
        return None
    gains = math.isnan(quiet) or theirs.score > ours.score
    return Difference(ours.text, theirs.text, gains)


def _is_share(text: str, most: float) -> bool:
    """Whether nbgrader takes a text for a number of points."""
    try:
        return 0 <= float(text) <= most
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE
