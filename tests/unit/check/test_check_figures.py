"""Figures: legible in both languages, on any machine, for every eye."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from casebank.check import figures
from casebank.check.fonts import make as workshop

ROOT = Path(__file__).parents[3]
HEX = re.compile(r"#[0-9a-f]{6}")
# Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "all cones": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    raw = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(raw <= 0.04045, raw / 12.92, ((raw + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast() -> None:
    """Has every colour a contrast of at least 3:1 on white?"""
    for name, colour in figures.PALETTE.items():
        assert HEX.fullmatch(colour)
        contrast = 1.05 / (linear(colour) @ TO_XYZ[1] + 0.05)
        assert contrast >= 3, name


@pytest.mark.parametrize("eye", EYES)
def test_colours_apart(eye: str) -> None:
    """Can this eye tell any two colours apart?"""
    for one, two in itertools.combinations(figures.PALETTE, 2):
        a, b = (EYES[eye] @ linear(figures.PALETTE[name]) for name in (one, two))
        assert np.linalg.norm(lab(a) - lab(b)) > 12, (one, two)


def test_chinese_without_a_system_font(tmp_path: Path) -> None:
    """Does matplotlib draw Chinese with no missing glyph where the machine has no Chinese font?"""
    code = textwrap.dedent(
        """
        import sys, warnings
        import matplotlib
        matplotlib.use("Agg")
        from matplotlib import font_manager
        # Only what matplotlib brings itself.
        font_manager.fontManager.ttflist = [
            f for f in font_manager.fontManager.ttflist if "DejaVu" in f.name
        ]
        import matplotlib.pyplot as plt
        from casebank.check import figures
        warnings.simplefilter("error")
        figures.use_style("zh")
        fig, ax = plt.subplots()
        ax.plot([-1, 2], [3, -4])
        figures.title(ax, "最好的一成客户带来六成利润：亏的是谁？（£€¥，“引号”，−3％）")
        ax.set_xlabel("最近一次交易距今（天）")
        fig.savefig(sys.argv[1])
        path = font_manager.findfont("Casebank Sans SC", fallback_to_default=False)
        assert "casebank" in path, path
        """
    )
    picture = tmp_path / "figure.png"
    done = subprocess.run(
        [sys.executable, "-c", code, str(picture)],
        capture_output=True,
        text=True,
        env={"MPLCONFIGDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 5000


def test_font_has_the_characters() -> None:
    """Has the font GB 2312's hanzi, punctuation and the signs of money, and a name of its own?"""
    font = TTFont(figures.FONT_FILE)
    known = set(font.getBestCmap())
    assert not [c for c in "£€¥−—“”，。：（）《》、％≥αβ①" if ord(c) not in known]
    hanzi = [c for c in workshop.characters() if "\u4e00" <= c <= "\u9fff"]
    assert len(hanzi) >= 6763
    assert not [c for c in hanzi if ord(c) not in known]
    names = {str(record) for record in font["name"].names if record.nameID in (1, 4, 6)}
    assert names == {"Casebank Sans SC", "CasebankSansSC-Regular"}
    assert figures.FONT_FILE.stat().st_size <= 2_500_000
    licence = figures.FONT_FILE.with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_font_can_draw_the_course() -> None:
    """Can the font draw every Chinese character that stands in the course's drawing code?"""
    known = set(TTFont(figures.FONT_FILE).getBestCmap())
    files = [*ROOT.glob("book/**/*.py"), *ROOT.glob("cases/*/exhibits/*.py")]
    for path in files:
        text = path.read_text(encoding="utf-8")
        strange = sorted({c for c in text if "\u3000" <= c <= "\u9fff" and ord(c) not in known})
        assert not strange, f"{path.name}: {strange}: add them to MORE in fonts/make.py"


def test_font_is_what_the_script_makes() -> None:
    """Does the script make the committed font again, byte for byte?"""
    if not workshop.DEFAULT.is_file():
        pytest.skip("fonts-noto-cjk is not installed: sudo apt install fonts-noto-cjk")
    assert workshop.build(workshop.DEFAULT) == figures.FONT_FILE.read_bytes()


def test_wrap() -> None:
    """Is a long title broken between words and hanzi, never before punctuation?"""
    assert figures.wrap("short") == "short"
    english = figures.wrap(
        "The best tenth of customers brings six tenths of the profit of a bank", 30
    )
    assert all(len(line) <= 30 for line in english.split("\n"))
    assert " ".join(english.split("\n")).split() == (
        [
            "The",
            "best",
            "tenth",
            "of",
            "customers",
            "brings",
            "six",
            "tenths",
            "of",
            "the",
            "profit",
            "of",
            "a",
            "bank",
        ]
    )
    chinese = figures.wrap("最好的一成客户，带来了六成的利润；其余的人，一共只有四成。" * 2, 20)
    assert len(chinese.split("\n")) > 3
    assert not any(line[0] in "，。；、" for line in chinese.split("\n"))
    assert "1,100" in figures.wrap("去年亏了整整 1,100 万元人民币", 16)


def test_style_is_told_twice_without_harm() -> None:
    """Can the style be set in every cell, and is a wrong language refused?"""
    from matplotlib import pyplot as plt

    figures.use_style("zh")
    figures.use_style("en")
    figures.use_style()
    fig, ax = plt.subplots()
    ax.plot([1, 2])
    out = io.BytesIO()
    fig.savefig(out)
    plt.close(fig)
    assert out.getvalue()
    with pytest.raises(ValueError, match="'fr'"):
        figures.use_style("fr")
