"""Make the font of the figures: a subset of Noto Sans CJK SC under a name of its own.

    python src/casebank/check/fonts/make.py [NotoSansCJK-Regular.ttc]

Noto Sans CJK is under the SIL Open Font License with the reserved font name "Source", so the subset
is called "Casebank Sans SC". The same input gives the same bytes. Debian: ``fonts-noto-cjk``.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEFAULT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FAMILY = "Casebank Sans SC"
POSTSCRIPT = "CasebankSansSC-Regular"
TARGET = HERE / f"{POSTSCRIPT}.otf"
#: Seconds from 1904 to 2026-01-01: a fixed date, so that the bytes stay the same.
STAMP = 3849984000
#: Noto's faces in the collection: JP, KR, SC, TC, HK.
FACE_SC = 2
#: Hanzi outside GB 2312 that names and new words need.
MORE = "镕喆堃瑄煊赟翀昇祎珺玥钰怡宸梓媛頔燊囍嘅"


def characters() -> str:
    """What the font can draw: GB 2312 (6763 hanzi, punctuation, Greek), Latin, signs."""
    found = {chr(code) for code in range(0x20, 0x7F)}
    found |= {chr(code) for code in range(0xA0, 0x180)}
    for high in [0xA1, 0xA2, 0xA3, 0xA6, *range(0xB0, 0xF8)]:
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    found |= set("–—‘’“”…‰′″€£¥₤−×÷±≤≥≠≈∞√∑∆←↑→↓↔●○■□▲△▼▽◆◇★☆✓✗•·½¼¾²³¹⁰⁴⁵⁶⁷⁸⁹")
    found |= set(MORE)
    return "".join(sorted(found))


def build(source: Path) -> bytes:
    """The subset's bytes."""
    os.environ["SOURCE_DATE_EPOCH"] = "1767225600"
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(source, fontNumber=FACE_SC, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    names = {
        1: FAMILY,
        2: "Regular",
        3: f"{POSTSCRIPT};1.0",
        4: FAMILY,
        5: "Version 1.0; a subset of Noto Sans CJK SC",
        6: POSTSCRIPT,
    }
    table = font["name"]
    for identifier, text in names.items():
        table.removeNames(nameID=identifier)
        table.setName(text, identifier, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [POSTSCRIPT]
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName = FAMILY, FAMILY
    font["head"].created = font["head"].modified = STAMP
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def main() -> None:
    """Write the font beside this file."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not source.is_file():
        sys.exit(f"{source} is missing: sudo apt install fonts-noto-cjk")
    content = build(source)
    with tempfile.NamedTemporaryFile(dir=HERE, delete=False) as out:
        out.write(content)
    Path(out.name).chmod(0o644)
    Path(out.name).replace(TARGET)
    print(f"{TARGET.name}: {len(content):,} bytes, {len(characters()):,} characters")


if __name__ == "__main__":
    main()
