"""HTML of a trainee, through an allow-list.

What stays is what books are made of: text, tables, pictures that lie in the file itself, formulas,
links. What goes is whatever runs, loads, covers, takes input, or bears a name that the page's own
scripts look for.
"""

from __future__ import annotations

import functools
import html as entities
import re
from urllib.parse import unquote

import nh3
from pygments.token import STANDARD_TYPES

from casebank.desk.cost import plain, spent
from casebank.desk.style import inline_styler, safe_style

#: Begins every id of a trainee, so that none is an id of the page's own.
PREFIX = "theirs-"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TEXT = _words(
    "a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s "
    "samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul "
    "var section article header footer aside nav main"
)
_FORMULAS = _words(
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot "
    "mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover "
    "none"
)
_MATH_ATTRIBUTES = _words(
    "display displaystyle scriptlevel mathvariant mathcolor mathbackground stretchy fence form "
    "accent accentunder linethickness columnalign rowalign columnspacing rowspacing columnlines "
    "rowlines frame minsize maxsize movablelimits separator symmetric notation width "
    "lspace rspace"
)
_PICTURE = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp|bmp|svg\+xml);base64,[A-Za-z0-9+/=\s%]*", re.I
)
_OWN_FILE = re.compile(r"(?!\.)[^/\\?#:\x00-\x20][^\\?#:\x00-\x1f]*")
_PICTURE_FILE = re.compile(r".*\.(?:png|jpe?g|gif|webp|bmp|svg)", re.I | re.S)
_LINK = re.compile(r"(?:https?://|mailto:)[^\x00-\x20]+", re.I)
_NAME = re.compile(r"[\w.:¶%-]{1,200}")
_SIZE = re.compile(r"\d{1,4}(?:\.\d{1,3})?(?:px|%)?")
_COUNT = re.compile(r"\d{1,3}")
_WORD = re.compile(r"[\w#-]{1,30}")
_CLASS = re.compile(
    r"dataframe|highlight|ansi-[a-z-]{1,30}|(?:row|col|level)\d{1,6}|(?:row|col)_(?:heading|trim)"
    r"|index_name|blank|data|anchor-link|task-list-item|footnotes?|footnote-ref"
    # Boxes that instructors put around their own words.
    r"|alert(?:-(?:info|success|warning|danger))?"
)
_TOKENS = frozenset(STANDARD_TYPES.values()) - {""}

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "style", "title", "lang", "dir", "align"},
    "a": {"href", "id"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "valign", "width"},
    "th": {"colspan", "rowspan", "valign", "width", "scope"},
    "table": {"border", "width"},
    "col": {"span", "width"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "id"},
    "details": {"open"},
    "time": {"datetime"},
    "font": {"color", "size"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    **{name: set(_MATH_ATTRIBUTES) for name in _FORMULAS},
}


#: Of the name of a file; and how often it may have been written in per cents.
_LONGEST_ADDRESS, _MOST_LAYERS = 2000, 8


def own_file(address: str) -> bool:
    """Whether an address can only be a file beside the notebook."""
    if len(address) > _LONGEST_ADDRESS:
        return False
    decoded, before = entities.unescape(address), ""
    for _ in range(_MOST_LAYERS):
        if decoded == before:
            break
        # A browser reads ``%2e%2e`` as two dots.
        before, decoded = decoded, unquote(decoded)
    else:
        return False
    steps = decoded.replace("\\", "/").split("/")
    return bool(_OWN_FILE.fullmatch(address) and _OWN_FILE.fullmatch(decoded)) and not (
        {"", ".", ".."} & set(steps)
    )


def _source(value: str) -> str | None:
    if _PICTURE.fullmatch(value):
        return value
    return value if own_file(value) and _PICTURE_FILE.fullmatch(value) else None


def _address(value: str) -> str | None:
    value = value.strip()
    if value.startswith("#"):
        return f"#{PREFIX}{value[1:]}" if _NAME.fullmatch(value[1:]) else None
    return value if _LINK.fullmatch(value) or own_file(value) else None


def _classes(value: str) -> str | None:
    return " ".join(one for one in value.split() if one in _TOKENS or _CLASS.fullmatch(one)) or None


def _matching(pattern: re.Pattern[str], value: str) -> str | None:
    return value if pattern.fullmatch(value) else None


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What may stay of an attribute that its element may have; nothing: it goes."""
    if tag in _FORMULAS and name in _MATH_ATTRIBUTES:
        return value if re.fullmatch(r"[\w\s.%#|-]{1,60}", value) else None
    match name:
        case "href":
            return _address(value)
        case "src":
            return _source(value)
        case "class":
            return _classes(value)
        case "style":
            return safe_style(value) or None
        case "id":
            return PREFIX + value if _NAME.fullmatch(value) else None
        case "width" | "height":
            return _matching(_SIZE, value)
        case "colspan" | "rowspan" | "span" | "border" | "start" | "value" | "size":
            return _matching(_COUNT, value)
        case "align" | "valign" | "scope" | "type" | "dir" | "lang" | "color" | "datetime":
            return _matching(_WORD, value)
    return value


@functools.cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TEXT | _FORMULAS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "template", "title", "textarea", "noscript"},
    )


#: Elements that a reader of HTML opens anew in every paragraph that follows, with their attributes.
_REOPENED = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])[^<>]*+", re.I
)
#: One that is closed where it stands, so that nothing opens it anew.
_CLOSED = re.compile(
    r"<(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)"
    r"(?:\s+[\w-]+(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`]++))?+)++\s*+>"
    r"[^<]*+(?:<(b|em|i|code|strong)>[^<]*+</\2>[^<]*+){0,8}+</\1>",
    re.I,
)
#: Signs that they may become, and elements times those that each may lie in; a second each.
_REOPENED_SIGNS = 15_000_000
_SEARCHED = 400_000_000


def heavy(text: str) -> bool:
    """Whether a text would become far more HTML than it is, or take long to be read."""
    tags, closing = text.count("<"), text.count("</")
    size = 0
    text = _CLOSED.sub("", text)
    for found in _REOPENED.finditer(text):
        one = found[0]
        if one.count('"') % 2 or one.count("'") % 2 or text[found.end() : found.end() + 1] != ">":
            # It may go on to the text's end.
            size += len(text) - found.start()
        else:
            size += len(one)
        if size * tags > _REOPENED_SIGNS:
            return True
    return tags * (tags - closing) > _SEARCHED


#: What ``cost.plain`` and ``code.highlighted`` make of a text.
_PLAIN = re.compile(r'<pre>[^<]*+</pre>|<div class="[\w -]*+"><pre>[^<]*+</pre></div>')


def clean(text: str | bytes) -> str:
    """A trainee's HTML with what may stay on a page of the instructor's server."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = str(text)
    if _PLAIN.fullmatch(text):
        return text
    if spent() or heavy(text):
        return plain(text)
    return _cleaner().clean(inline_styler(text))
