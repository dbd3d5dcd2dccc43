"""How a number is said: formats of ``{{value:name|format}}``."""

from __future__ import annotations

import re
from typing import Any

from casebank.errors import ContentError, nearest

_NAMED = re.compile(r"^(pct|wan|yi|m|bn)(\d)$")
_SCALE = {
    "pct": (100.0, "%"),
    "wan": (1e-4, " 万"),
    "yi": (1e-8, " 亿"),
    "m": (1e-6, "m"),
    "bn": (1e-9, "bn"),
}
#: Chinese prose does not cut digits into threes before 万 and 亿.
_PLAIN = ("wan", "yi")
_SPEC = re.compile(r"^[+\- ]?#?0?\d*[,_]?(\.\d+)?[bcdeEfFgGn%sxX]?$")


def say(value: Any, formats: list[str]) -> str:
    """A value as text.

    Args:
        value: a number or a word.
        formats: applied in order: ``abs``, ``neg``; then one of ``pct0`` … (a share as per cent),
            ``wan0`` … and ``yi0`` … (ten thousands, hundred millions), ``m0`` … and ``bn0`` …
            (millions and billions, as English money is said), or a Python format spec.

    Raises:
        ContentError: for a format that is unknown or does not fit.
    """
    spec = ""
    for name in formats:
        if name in ("abs", "neg") and isinstance(value, int | float):
            value = abs(value) if name == "abs" else -value
        elif _NAMED.match(name) or (_SPEC.match(name) and name):
            spec = name
        else:
            known = [
                "abs",
                "neg",
                "pct0",
                "pct1",
                "wan0",
                "wan1",
                "yi1",
                "m1",
                "bn2",
                ",.0f",
                ".1f",
                ",d",
            ]
            raise ContentError(f"unknown format '{name}'", "", nearest(name, known))
    if isinstance(value, str):
        if spec:
            raise ContentError(f"the value '{value}' is a text and takes no format", "", "")
        return value
    named = _NAMED.match(spec)
    if named:
        scale, unit = _SCALE[named[1]]
        comma = "" if named[1] in _PLAIN else ","
        return _minus(f"{value * scale:{comma}.{named[2]}f}{unit}")
    if not spec:
        return _minus(f"{value:,}" if isinstance(value, int) else f"{value:,.2f}")
    try:
        return _minus(format(value, spec))
    except ValueError:
        if isinstance(value, float) and spec.endswith("d"):
            return _minus(format(round(value), spec))
        raise ContentError(f"the format '{spec}' does not fit {value!r}", "", "") from None


def _minus(text: str) -> str:
    """A minus sign that is not a hyphen, and none before what is rounded to nothing."""
    if re.match(r"^-0(?:\.0*)?(?![\d.])", text):
        return text[1:]
    return re.sub(r"^-", "\N{MINUS SIGN}", text)
