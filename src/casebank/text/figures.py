"""Figures and tables with their captions, and where the drawings lie on the site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

from casebank.exhibits import Item, load
from casebank.files import write_bytes
from casebank.records import Course
from casebank.text.page import FOR_NOTE, Context

_NUMERIC = re.compile(
    r"^[~≈<>≤≥约]?\s*[+\-\N{MINUS SIGN}]?[£$¥€]?\s*[+\-\N{MINUS SIGN}]?\d[\d,.\s]*"
    r"(%|‰|万|亿|元|p|m|bn|k|x|倍|\s*pp)?$"
)
_RANGE = re.compile(r"\s*[\N{EN DASH}~]\s*")
_DATE = re.compile(r"^\d{4}-\d\d(-\d\d)?$")
_EMPTY = {"", "–", "—", "-", "n/a", "…"}
WORDS = {
    "exhibit": {"zh": "图表 {n}", "en": "Exhibit {n}"},
    "colon": {"zh": "　", "en": ". "},
    "source": {"zh": "资料来源：{}", "en": "Source: {}"},
    "note": {"zh": "注：{}", "en": "Note: {}"},
    "wide": {"zh": "表格，可左右滚动：", "en": "Table, scrolls sideways: "},
}


def _is_number(cell: str) -> bool:
    """A number with its unit, or a range of two."""
    return all(_NUMERIC.match(part) for part in _RANGE.split(cell, maxsplit=1))


def anchor(item: Item) -> str:
    """The place of an exhibit on its page."""
    return f"exhibit-{item.id}"


def label(item: Item, lang: str) -> str:
    """``Exhibit 3``, or nothing where exhibits have no numbers."""
    return WORDS["exhibit"][lang].format(n=item.exhibit) if item.exhibit else ""


def _caption(item: Item, ctx: Context, inline: Callable[[str], str]) -> str:
    title = inline(escape(item.title[ctx.lang], quote=False))
    number = label(item, ctx.lang)
    if not number:
        return f"<strong>{title}</strong>"
    return f"<strong>{number}{WORDS['colon'][ctx.lang]}{title}</strong>"


def _below(item: Item, ctx: Context, inline: Callable[[str], str]) -> str:
    out = ""
    for key, css in (("note", "cb-note"), ("source", "cb-source")):
        text = getattr(item, key)
        if text is not None:
            words = WORDS[key][ctx.lang].format(inline(escape(text[ctx.lang], quote=False)))
            out += f'<p class="{css}">{words}</p>'
    return out


def figure(item: Item, ctx: Context, inline: Callable[[str], str]) -> str:
    """A drawing with title above, note and source below."""
    width, height = item.size(ctx.lang)
    file = item.file(ctx.lang)
    source = ctx.up(f"figures/{ctx.owner}/{item.id}{file.suffix}")
    alt = escape(re.sub(r"<[^>]+>", "", inline(item.alt[ctx.lang] if item.alt else "")))
    return (
        f'<figure id="{anchor(item)}"><figcaption>{_caption(item, ctx, inline)}</figcaption>'
        f'<img src="{source}" alt="{alt}" width="{width}" height="{height}" loading="lazy">'
        f"{_below(item, ctx, inline)}</figure>"
    )


def table(item: Item, ctx: Context, inline: Callable[[str], str]) -> str:
    """A table with caption; columns of numbers are set to the right."""
    columns, rows = item.table(ctx.lang)
    numeric = [
        bool(cells := [row[i] for row in rows if row[i].strip() not in _EMPTY])
        and all(_is_number(cell.strip()) for cell in cells)
        for i in range(len(columns))
    ]

    def cell(tag: str, i: int, text: str, scope: str = "") -> str:
        css = ' class="num"' if numeric[i] else ""
        if _DATE.match(text.strip()):
            css = ' class="date"'
        return f"<{tag}{scope}{css}>{inline(escape(text, quote=False))}</{tag}>"

    head = "".join(cell("th", i, name, ' scope="col"') for i, name in enumerate(columns))
    body = "".join(
        "<tr>"
        + cell("th", 0, row[0], ' scope="row"')
        + "".join(cell("td", i, text) for i, text in enumerate(row[1:], 1))
        + "</tr>"
        for row in rows
    )
    name = escape(WORDS["wide"][ctx.lang] + re.sub(r"<[^>]+>", "", inline(item.title[ctx.lang])))
    return (
        f'<figure id="{anchor(item)}" class="cb-table">'
        f'<div class="cb-scroll" tabindex="0" role="region" aria-label="{name}">'
        f"<table><caption>{_caption(item, ctx, inline)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"{_below(item, ctx, inline)}</figure>"
    )


def tool(item: Item, ctx: Context, inline: Callable[[str], str]) -> str:
    """A small program: what it says without scripts, its data, and the script that wakes it up."""
    side = item.sides[ctx.lang]
    data = json.dumps(side["data"], ensure_ascii=False, separators=(",", ":"))
    # In a script element only "<" could end it too soon.
    held = data.replace("<", "\\u003c")
    source = ctx.up(f"figures/{ctx.owner}/{side['file']}")
    heading = f"tool-{item.id}-title"
    return (
        f'<section id="tool-{item.id}" class="cb-tool" data-tool="{item.id}" '
        f'aria-labelledby="{heading}">'
        f'<p id="{heading}" class="cb-tool__title">{_caption(item, ctx, inline)}</p>'
        f"{side['html']}{_below(item, ctx, inline)}"
        f'<script type="application/json">{held}</script></section>'
        f'<script src="{source}" defer></script>'
    )


def place(course: Course, lang: str, audience: str, out: Path) -> list[Path]:
    """Write every drawing and program of chapters and cases to ``out/<owner>/<id>.svg``.

    Drawings for teaching notes are left out of the trainee edition.
    """
    companions = [(c.id, c.path.with_suffix(".py")) for c in course.chapters.values()]
    companions += [(c.id, c.folder / "exhibits" / "exhibits.py") for c in course.cases.values()]
    written = []
    for owner, path in companions:
        for item in load(course.repo, path).items.values():
            if item.kind == "table":
                continue
            if audience == "trainee" and item.id.startswith(FOR_NOTE):
                continue
            file = item.file(lang)
            goal = out / owner / f"{item.id}{file.suffix}"
            write_bytes(goal, file.read_bytes())
            written.append(goal)
    return written
