"""One look for every figure of the course, legible on a phone and in both languages.

``use_style("zh")`` once, then plain matplotlib. The font comes with this package, so a figure is
the same on a machine that has no Chinese font. Colours stay apart for colour-blind readers and have
a contrast of at least 3:1 on white; the face is white, so figures read on dark pages as well.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

FONT = "Casebank Sans SC"
FONT_FILE = Path(__file__).resolve().parent / "fonts" / "CasebankSansSC-Regular.otf"

#: Colours by name, in the order in which a figure's series take them (ink is for text).
PALETTE: dict[str, str] = {
    "blue": "#2a6fdb",
    "vermilion": "#b3301f",
    "ochre": "#b98a00",
    "teal": "#007f73",
    "grey": "#8a8f98",
    "ink": "#1b2a41",
}
#: A light tint for areas behind data; never for data themselves.
PAPER = "#eef1f5"
#: Columns of a title before it is broken, in half-width characters.
TITLE_COLUMNS = 50

_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": PALETTE["ink"],
    "axes.facecolor": "white",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": PALETTE["ink"],
    "axes.labelsize": 12,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": PALETTE["ink"],
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 14,
    "axes.unicode_minus": True,
    "figure.constrained_layout.use": True,
    "figure.dpi": 110,
    "figure.edgecolor": "white",
    "figure.facecolor": "white",
    "figure.figsize": (6.4, 4.2),
    "font.family": ["sans-serif"],
    "font.sans-serif": [FONT, "DejaVu Sans"],
    "font.size": 12,
    "grid.color": "#d5dae1",
    "grid.linewidth": 0.8,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "patch.edgecolor": "white",
    "pdf.fonttype": 3,
    "savefig.bbox": "tight",
    "savefig.dpi": 150,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "casebank",
    "text.color": PALETTE["ink"],
    "xtick.color": PALETTE["ink"],
    "xtick.labelsize": 11,
    "ytick.color": PALETTE["ink"],
    "ytick.labelsize": 11,
}


def use_style(lang: str | None = None) -> None:
    """Set matplotlib up for the course's figures.

    Args:
        lang: language of the figure's text. One font serves both; it is taken so that a notebook
            says it in one place.
    """
    import matplotlib as mpl
    from cycler import cycler
    from matplotlib import font_manager

    if lang not in (None, "zh", "en"):
        raise ValueError(f"the language is 'zh' or 'en', not {lang!r}")
    manager = font_manager.fontManager
    if not any(entry.name == FONT for entry in manager.ttflist):
        manager.addfont(str(FONT_FILE))
    colours = [colour for name, colour in PALETTE.items() if name != "ink"]
    mpl.rcParams.update(_STYLE)
    mpl.rcParams["axes.prop_cycle"] = cycler(color=colours)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, columns: int = TITLE_COLUMNS) -> str:
    """Break a long title into lines: between words, or between hanzi but not before punctuation."""
    lines = [""]
    pieces: list[str] = []
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        glued = pieces and (
            (wide and char in "，。；：！？、）》”’…") or (pieces[-1][-1:] in "（《“‘")
        )
        joins = pieces and not wide and char != " " and pieces[-1][-1:] != " "
        latin = joins and unicodedata.east_asian_width(pieces[-1][-1]) not in "WF"
        if glued or latin or (pieces and char == " "):
            pieces[-1] += char
        else:
            pieces.append(char)
    for piece in pieces:
        if lines[-1] and _columns(lines[-1] + piece.rstrip()) > columns:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines).rstrip()


def title(axes: Any, text: str) -> None:
    """Give a figure the sentence that states its finding, broken where it is too long."""
    axes.set_title(wrap(text), linespacing=1.3)
