"""Typographic quotes on English pages."""

from __future__ import annotations

import pytest

from casebank.text.quotes import curl


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('<p>"No," he said.</p>', "<p>“No,” he said.</p>"),
        ("<p>a bank's, customers' and '90s</p>", "<p>a bank’s, customers’ and ’90s</p>"),
        ('<p>(the "best" ones)</p>', "<p>(the “best” ones)</p>"),
        ("<p>&quot;A&quot; and &#x27;b&#x27;</p>", "<p>“A” and ‘b’</p>"),
        ('<p>the <em>"best"</em></p><p>"x"</p>', "<p>the <em>“best”</em></p><p>“x”</p>"),
        ('<p>"<em>x</em>"</p>', "<p>“<em>x</em>”</p>"),
        ('<p>"<code>a</code>" he</p>', "<p>“<code>a</code>” he</p>"),
        ("<p>Lanchuan's <em>best</em>'s</p>", "<p>Lanchuan’s <em>best</em>’s</p>"),
    ],
)
def test_curled(typed: str, shown: str) -> None:
    """Do quotes open and close where a reader expects it, also across emphasis?"""
    assert curl(typed) == shown


@pytest.mark.parametrize(
    "as_typed",
    [
        "<pre><code>print(\"a\", 'b')</code></pre>",
        '<p title="it\'s &quot;so&quot;">x</p>',
        '<script>let a = "b";</script><style>a::after { content: "x"; }</style>',
        '<script type="application/json">{"a": "it\'s"}</script>',
        '<!-- it\'s "so" -->',
    ],
)
def test_as_typed(as_typed: str) -> None:
    """Does nothing change in code, attributes, scripts and comments?"""
    assert curl(as_typed) == as_typed
