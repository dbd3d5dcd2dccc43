"""A lab's prose, in the book and where the lab runs in the browser."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from casebank.errors import ContentError
from casebank.lite.model import Notebook
from casebank.lite.reading import reading_copy
from casebank.site import book_labs
from casebank.site.prose import outside_code

TEXT = "价格 $p_1$，`$code$`：\n\n~~~\n$$fence$$\n~~~\n\n$$\\frac{a}{b}$$\n"


def test_outside_code() -> None:
    """Is every formula set and nothing in code touched, line by line as it was?"""
    made = outside_code(TEXT, "a lab")
    assert made.count("<math") == 2 and "`$code$`" in made and "~~~\n$$fence$$\n~~~" in made
    assert made.count("\n") == TEXT.count("\n")
    assert outside_code("a $x$ `b $x$`", "a lab", str.upper).endswith("`b $x$`")


def _both(tmp_path: Path, text: str) -> tuple[str, str]:
    path = tmp_path / "a.ipynb"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    light = reading_copy(Notebook("labs", "a", "zh", "A", "1", tmp_path, None))
    return light, book_labs.prose(text, "a.ipynb, cell 1", itertools.count(1))


def test_alike_in_both(tmp_path: Path) -> None:
    """Are a lab's formulas the same in the book and in the browser's page?"""
    found = [re.findall(r"<math.*?</math>", one, re.S) for one in _both(tmp_path, TEXT)]
    assert found[0] == found[1] and len(found[0]) == 2


def test_fault(tmp_path: Path) -> None:
    """Is a formula that cannot be read an error with its place and a remedy, in both?"""
    for make in (
        lambda: _both(tmp_path, r"$\begin{matrix}$"),
        lambda: book_labs.prose(r"$\begin{matrix}$", "a.ipynb, cell 1", itertools.count(1)),
    ):
        with pytest.raises(ContentError, match=r"a\.ipynb, cell 1") as caught:
            make()
        assert caught.value.todo
