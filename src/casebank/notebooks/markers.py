"""Markers of solutions and hidden tests: exactly right, or an error.

Stock nbgrader looks for the words anywhere in a line and passes over what it does not know, so a
misspelt ``BEGIN HIDEN TESTS`` hands the hidden test to every student without a word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from casebank.errors import ContentError

SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
MARKERS = (*SOLUTION, *HIDDEN)
#: kind of cell -> the pair of markers that may stand in it.
PLACE = {"solution": SOLUTION, "test": HIDDEN}
#: Words of nbgrader that this format does not use.
FOREIGN = ("BEGIN MARK SCHEME", "END MARK SCHEME", "AUTOTEST")

_WORDS = re.compile(r"\b(BEGIN|END)\s+(SOLUTION|HIDDEN\s+TESTS?)", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*#+\s*(?P<text>.*?)\s*$")
CUTOFF = 0.72


def _suspect(line: str, code: bool) -> str | None:
    """The marker that a line seems to mean, when it is not exactly one."""
    found = _COMMENT.match(line)
    words = " ".join(found["text"].upper().split()) if found else ""
    if found and code and len(words) <= 30:
        bare = [marker.removeprefix("### ") for marker in MARKERS]
        close = difflib.get_close_matches(words, bare, n=1, cutoff=CUTOFF)
        if close:
            return f"### {close[0]}"
    exact = _WORDS.search(line)
    if exact and (exact.group(0).isupper() or not code):
        kind = "SOLUTION" if exact.group(2).upper() == "SOLUTION" else "HIDDEN TESTS"
        return f"### {exact.group(1).upper()} {kind}"
    return None


def check_markers(source: str, kind: str, at: Callable[[int], str]) -> None:
    """Check the markers of one cell.

    Args:
        source: the cell's text.
        kind: its kind.
        at: gives the place of a line, counted from 1, for messages.

    Raises:
        ContentError: misspelt, unbalanced, nested, empty, or in a cell of the wrong kind.
    """
    code = kind not in ("prose", "essay", "hint")
    begin, end = PLACE.get(kind, ("", ""))
    opened = 0
    regions = 0
    for number, line in enumerate(source.splitlines(), start=1):
        text = line.strip()
        if text in MARKERS:
            if text not in (begin, end):
                right = next(k for k, pair in PLACE.items() if text in pair)
                raise ContentError(
                    f"'{text}' in a {kind} cell", at(number), f"it belongs into a {right} cell"
                )
            if text == begin:
                if opened:
                    raise ContentError(
                        f"'{begin}' inside another", at(number), f"close the first with '{end}'"
                    )
                opened = number
                regions += 1
            else:
                if not opened:
                    raise ContentError(
                        f"'{end}' without a beginning", at(number), f"add '{begin}' above it"
                    )
                if number == opened + 1:
                    raise ContentError("nothing between the markers", at(number), "fill or delete")
                opened = 0
            continue
        meant = _suspect(line, code)
        if meant:
            raise ContentError(f"misspelt marker '{text}'", at(number), f"did you mean '{meant}'?")
        foreign = next((word for word in FOREIGN if word in line), None)
        if foreign:
            raise ContentError(
                f"'{foreign}' is not used here", at(number), "see CONTRIBUTING for the markers"
            )
    if opened:
        raise ContentError(f"'{begin}' is never closed", at(opened), f"add '{end}'")
    if kind == "solution" and not regions:
        raise ContentError(
            "a solution cell without markers", at(0), f"put '{begin}' and '{end}' around the answer"
        )


def clear(source: str, markers: tuple[str, str], stub: str | None = None) -> str:
    """Cut the regions between markers out; with a stub, put it there at the same indentation."""
    begin, end = markers
    out: list[str] = []
    inside = False
    for line in source.split("\n"):
        text = line.strip()
        if text == begin:
            inside = True
            if stub is not None:
                out.append(line[: len(line) - len(line.lstrip())] + stub)
        elif text == end:
            inside = False
        elif not inside:
            out.append(line)
    return "\n".join(out)


def inside(source: str, markers: tuple[str, str]) -> str:
    """The text of the regions between markers."""
    begin, end = markers
    out: list[str] = []
    within = False
    for line in source.split("\n"):
        if line.strip() == begin:
            within = True
        elif line.strip() == end:
            within = False
        elif within:
            out.append(line)
    return "\n".join(out)
