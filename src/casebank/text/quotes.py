"""Quotation marks of English pages: authors type straight ones, readers see “these” and ‘these’.

Done once, on the finished page, so that portal and book, texts and records look alike.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"(<!--.*?-->|<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>)", re.S)
_NAME = re.compile(r"</?([A-Za-z][\w-]*)")
#: What is shown as it was typed.
AS_TYPED = frozenset({"code", "pre", "kbd", "samp", "script", "style", "math", "svg", "textarea"})
#: Elements inside a line: a quotation may begin before and end after them.
_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "em", "i", "mark", "small", "span", "strong", "sub", "sup"}
)
_OPENERS = frozenset(" \t\r\n\N{NO-BREAK SPACE}([{/\N{EN DASH}\N{EM DASH}“‘-")


def _text(text: str, before: str) -> tuple[str, str]:
    """Curl the quotes of one piece of text; ``before`` is the character in front of it."""
    text = text.replace("&quot;", '"').replace("&#34;", '"')
    text = text.replace("&#x27;", "'").replace("&#39;", "'")
    out = []
    for place, char in enumerate(text):
        after = text[place + 1 : place + 2]
        if char == '"':
            char = "“" if before in _OPENERS and after.strip() != "" else "”"
            if before in _OPENERS and place + 1 == len(text):
                char = "“"
        elif char == "'":
            opens = before in _OPENERS and (after.isalpha() or after in "“" or not after)
            char = "‘" if opens else "’"
        out.append(char)
        before = char
    return "".join(out), before


def curl(html: str) -> str:
    """Turn straight quotes into typographic ones, in text only."""
    out: list[str] = []
    inside: list[str] = []
    before = " "
    for piece in _TAG.split(html):
        if not piece:
            continue
        if piece.startswith("<"):
            found = _NAME.match(piece)
            name = found[1].lower() if found else ""
            if name in AS_TYPED:
                if piece.startswith("</"):
                    if name in inside:
                        del inside[inside.index(name) :]
                elif not piece.endswith("/>"):
                    inside.append(name)
                # After code or a formula a quote can only close.
                before = "x"
            elif name and name not in _INLINE:
                before = " "
            out.append(piece)
        elif inside:
            out.append(piece)
        else:
            text, before = _text(piece, before)
            out.append(text)
    return "".join(out)
