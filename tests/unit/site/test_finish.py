"""The last touches to a page."""

from __future__ import annotations

import struct
import zlib

import pytest

from casebank.site.finish import finish, image_size
from casebank.site.search import Twins


def png(path, width, height):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b""))


@pytest.fixture
def touch(tmp_path):
    """Finish a piece of an article and give the article back."""

    def run(content, kind="case", lang="zh"):
        page = tmp_path / "index.html"
        html = (
            f'<!doctype html><html lang="{lang}"><head><title>t</title></head>'
            f'<body class="cb-page-{kind}"><article class="md-typeset" data-pagefind-body>'
            f"{content}</article></body></html>"
        )
        done = finish(html, page, Twins([], lang))
        return done.split("data-pagefind-body>", 1)[1].split("</article>")[0]

    return run


def test_table_is_put_in_a_box_once(touch):
    """Does a bare table get a box that scrolls, and one that has a box keep just that?"""
    bare = touch("<table><tr><td>1</td></tr></table>")
    assert bare.count("cb-scroll") == 1
    named = f'<div class="cb-scroll" tabindex="0" role="region" aria-label="{"名" * 80}">'
    boxed = touch(f"{named}<table><tr><td>1</td></tr></table></div>")
    assert boxed.count("cb-scroll") == 1


def test_corner_that_heads_nothing_is_no_header(touch):
    """Does an empty header cell become a plain cell?"""
    done = touch('<table><thead><tr><th class="head"><p></p></th><th>年</th></tr></thead></table>')
    assert "<td></td>" in done
    assert done.count("<th>") == 1


def test_image_gets_its_size_and_waits(touch, tmp_path):
    """Does an image say its size, so that the page does not jump, and load when it is near?"""
    png(tmp_path / "a.png", 640, 480)
    done = touch('<img src="a.png" alt="图">')
    assert "width=640" in done.replace('"', "")
    assert "height=480" in done.replace('"', "")
    assert "lazy" in done


def test_size_of_an_svg(tmp_path):
    """Is the size of a drawing read from its head?"""
    path = tmp_path / "a.svg"
    path.write_text('<?xml version="1.0"?><svg xmlns="x" width="460.8pt" height="230pt"></svg>')
    assert image_size(path) == (461, 230)


def test_headerlink_is_named_and_not_indexed(touch):
    """Has the link of a heading a name in the page's language, and is it kept out of the search?"""
    done = touch('<h2 id="a">甲<a class="headerlink" href="#a" title="Permanent link">#</a></h2>')
    assert "本节链接" in done
    assert "data-pagefind-ignore" in done
    assert "Permanent" not in done


def test_bold_after_full_width_punctuation(touch):
    """Is bold closed that CommonMark leaves raw after a Chinese full stop, but not in code?"""
    done = touch("<p>**给客户经理。**数字</p><pre><code>f(**a, **b)</code></pre>")
    assert "<strong>给客户经理。</strong>数字" in done
    assert "f(**a, **b)" in done


def test_citation_follows_its_word(touch):
    """Is the gap before a mark of a source closed?"""
    done = touch('<p>扩张 <sup class="cb-cite"><a href="#s">1</a></sup>。</p>')
    assert "扩张<sup" in done


def test_text_is_not_lost(touch):
    """Do blanks between words and in code survive the minifier?"""
    done = touch("<p>one <b>two</b> three</p><pre><code>a = 1\n  b = 2\n</code></pre>")
    assert "one <b>two</b> three" in done
    assert "a = 1\n  b = 2" in done


def test_formula_does_not_swallow_the_page(touch):
    """Is an element that closes itself in MathML or SVG still closed after the minifier?"""
    math = '<math display="block"><mrow><mi>a</mi><mspace width="2em" /><mi>b</mi></mrow></math>'
    done = touch(f'<div class="cb-math">{math}</div><svg><path d="M0 0"/></svg><p>danach</p>')
    assert "<mspace width=2em></mspace>" in done
    assert done.count("</div>") == 1
    assert "</math></div><svg><path" in done
    assert done.endswith("<p>danach</p>")
