"""The last touches to a page of either generator: search, tables, images, size."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from urllib.parse import unquote

import minify_html

from casebank.site.search import Twins
from casebank.site.strings import text
from casebank.text.quotes import curl

_ARTICLE = re.compile(r"(<article\b[^>]*data-pagefind-body[^>]*>)(.*)(</article>)", re.S)
_TABLE = re.compile(r"<table\b.*?</table>", re.S)
_EMPTY_HEAD = re.compile(r"<th\b[^>]*>(?:\s|<p>\s*</p>)*</th>")
_FOREIGN = re.compile(r"<(math|svg)\b.*?</\1>", re.S)
_SELF_CLOSED = re.compile(r"<([\w:-]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)\s*/>")
_IMAGE = re.compile(r"<img\b([^>]*?)\s*/?>", re.S)
_HEADERLINK = re.compile(r'<a class="headerlink"([^>]*)>')
#: Pages that only list others must not be found before these.
_LISTS = re.compile(r'<body class="cb-page-(?:glossary|home|index|book)"')
_OUTSIDE = re.compile(r'<a\b(?![^>]*\brel=)([^>]*\bhref="https?://[^>]*)>')
_SOURCE = re.compile(r'\bsrc="([^"]+)"')
_SVG_SIZE = re.compile(
    rb'<svg\b[^>]*?\bwidth="([\d.]+)(pt|px)?"[^>]*?\bheight="([\d.]+)(pt|px)?"', re.S
)


def image_size(path: Path) -> tuple[int, int] | None:
    """Width and height of a PNG or SVG in pixels, so that a page does not jump when it loads."""
    with path.open("rb") as handle:
        head = handle.read(4096)
    if head.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", head[16:24])
        return int(width), int(height)
    match = _SVG_SIZE.search(head)
    if match:
        return round(float(match[1])), round(float(match[3]))
    return None


def _image(match: re.Match[str], page: Path) -> str:
    attributes = match[1]
    source = _SOURCE.search(attributes)
    if source and "width=" not in attributes and not source[1].startswith(("data:", "http")):
        path = page.parent / unquote(source[1])
        size = image_size(path) if path.is_file() else None
        if size:
            attributes += f' width="{size[0]}" height="{size[1]}"'
    if "loading=" not in attributes:
        attributes += ' loading="lazy" decoding="async"'
    return f"<img{attributes}>"


def _wrap(content: str) -> str:
    """Every table in a box that may scroll; one that already stands in a box stays."""
    out, last = [], 0
    for match in _TABLE.finditer(content):
        before = content[max(0, match.start() - 600) : match.start()]
        out.append(content[last : match.start()])
        boxed = re.search(r'<div class="cb-scroll"[^>]*>\s*$', before)
        # A corner that heads nothing is no header.
        table = _EMPTY_HEAD.sub("<td></td>", match[0])
        out.append(table if boxed else f'<div class="cb-scroll">{table}</div>')
        last = match.end()
    return "".join([*out, content[last:]])


def _bold(content: str) -> str:
    """Bold that CommonMark leaves raw: it does not close ``**`` after full-width punctuation."""
    pieces = re.split(
        r"(<(?:pre|code|script|math)\b.*?</(?:pre|code|script|math)>)", content, flags=re.S
    )
    return "".join(
        piece if number % 2 else re.sub(r"\*\*([^*<>\n]+)\*\*", r"<strong>\1</strong>", piece)
        for number, piece in enumerate(pieces)
    )


def _closed(html: str) -> str:
    """Close what closes itself in formulas and drawings: the minifier would forget it.

    It turns ``<mspace/>`` into ``<mspace>``, which in MathML swallows the rest of the page.
    """
    return re.sub(
        r"<(math|svg)\b.*?</\1>",
        lambda m: re.sub(
            r"<([\w:-]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)\s*/>", r"<\1\2></\1>", m[0]
        ),
        html,
        flags=re.S,
    )


def finish(html: str, page: Path, twins: Twins) -> str:
    """One page's final HTML.

    Args:
        html: as the generator wrote it.
        page: where it lies; images beside it are measured.
        twins: the glossary, seen from the page's language.
    """
    match = _ARTICLE.search(html)
    if match:
        label = text("permalink", twins.lang)
        content = _HEADERLINK.sub(
            lambda m: (
                '<a class="headerlink" data-pagefind-ignore '
                + re.sub(r'\s*title="[^"]*"', "", m[1]).strip()
                + f' aria-label="{label}" title="{label}">'
            ),
            match[2],
        )
        # A mark of a source follows its word without a gap.
        content = re.sub(r'\s+(<sup class="cb-cite">)', r"\1", content)
        content = content.replace(
            '<ul class="cb-facts">', '<ul class="cb-facts" data-pagefind-ignore>'
        )
        content = _bold(content)
        content = _IMAGE.sub(lambda m: _image(m, page), _wrap(content))
        content = _OUTSIDE.sub(r'<a rel="noopener"\1>', content)
        if not _LISTS.search(html):
            content += twins.hidden(content)
        html = html[: match.start()] + match[1] + content + match[3] + html[match.end() :]
    if twins.lang == "en":
        html = curl(html)
    return minify_html.minify(
        _closed(html),
        keep_closing_tags=True,
        keep_html_and_head_opening_tags=True,
        keep_input_type_text_attr=True,
        minify_css=False,
        minify_js=False,
    )
