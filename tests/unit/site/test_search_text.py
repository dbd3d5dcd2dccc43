"""What the search index is given: twins of terms, and Chinese cut into characters."""

from __future__ import annotations

import pytest

from casebank.records import Term
from casebank.site.search import PLACE, Twins, cut_han

TERMS = [
    Term.model_validate(
        {
            "id": "whale-curve",
            "zh": "鲸鱼曲线",
            "en": "whale curve",
            "definition": {"zh": "一", "en": "one"},
        }
    ),
    Term.model_validate(
        {
            "id": "clv",
            "zh": "客户生命周期价值",
            "en": "customer lifetime value",
            "abbr": "CLV",
            "aliases": {"zh": ["终身价值"], "en": []},
            "definition": {"zh": "二", "en": "two"},
        }
    ),
]


def test_chinese_page_gets_english_names():
    """Does a Chinese page that uses a term carry its English name, hidden?"""
    hidden = Twins(TERMS, "zh").hidden("<p>画一条鲸鱼曲线。</p>")
    assert hidden.startswith("<div hidden>")
    assert "whale curve" in hidden
    assert "customer lifetime value" not in hidden
    assert PLACE in hidden


def test_term_cut_by_a_tag_is_seen():
    """Is a term found when a link or emphasis begins in the middle of it?"""
    assert "whale curve" in Twins(TERMS, "zh").hidden("<p><b>鲸鱼</b>曲线</p>")


@pytest.mark.parametrize("text", ["Whale curves", "the whale-curve", "WHALE CURVE."])
def test_english_forms_are_seen(text):
    """Are plural, hyphen and capitals the same term?"""
    assert "鲸鱼曲线" in Twins(TERMS, "en").hidden(f"<p>{text}</p>")


def test_abbreviation_brings_all_names():
    """Does CLV on an English page bring the Chinese name and its aliases?"""
    hidden = Twins(TERMS, "en").hidden("<p>CLV</p>")
    assert "客户生命周期价值" in hidden
    assert "终身价值" in hidden


@pytest.mark.parametrize("text", ["narwhale curved", "CLVX", "<script>CLV</script>"])
def test_parts_of_words_and_scripts_are_no_terms(text):
    """Is nothing found inside other words or in scripts?"""
    assert Twins(TERMS, "en").hidden(f"<p>{text}</p>") == ""


def test_han_is_cut_in_text_only():
    """Are characters of the text parted, and attributes and scripts left alone?"""
    page = '<p title="客户细分">客户 RFM 细分</p><script>"客户"</script>'
    assert cut_han(page, "|") == ('<p title="客户细分">客|户 RFM 细|分</p><script>"客户"</script>')
