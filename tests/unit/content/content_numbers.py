"""Finds numbers that somebody typed where a computed one should stand.

Allowed without asking: dates and years, ordinals, numbers of questions, exhibits and lists, names
with a digit, and the columns of minutes and weights, whose sums other tests check. All else is
``{{value:…}}``, or stands in the case's own ``numbers-allowed.csv`` with its reason.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from fnmatch import fnmatch

from content_helpers import REPO, exhibits_of, lang_of, plain, read

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
#: What follows a sum and never a year.
COUNTED = (
    r"customers?|people|pounds?|yuan|accounts?|households?|branches|points?|products?|jobs|"
    r"applications?|savers|borrowers|per cent|users|euros?|dollars?|visits|calls"
)
PART = (
    r"(?:questions?|exhibits?|tasks?|parts?|boards?|blocks?|chapters?|figures?|tables?|steps?|"
    r"households?|articles?)"
)
HARMLESS = {
    "en": [
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:–\d{{1,2}})? {MONTH}",
        rf"{MONTH} \d{{1,2}}\b(?!,\d)",
        rf"(?<![£$€¥\d,.])\b(?:1[5-9]|20)\d\d(?:[–-]\d\d(?:\d\d)?)?\b(?![,.]?\d|%)(?! (?:\w+ )?(?:{COUNTED})\b)",
        r"\b(?:1[5-9]|20)\d0s\b",
        r"\b\d+(?:st|nd|rd|th)\b",
        rf"(?i)\b{PART} \d+(?:(?:, | and | to |–)\d+)*\b(?![,.]?\d|%)",
    ],
    "zh": [
        r"(?<![\d.])(?:1[5-9]|20)\d\d(?:[–—-]\d{2,4})? ?(?=年)",
        r"(?<![\d.])\d{1,2}(?:[–—-]\d{1,2})? ?(?=[月日])",
        r"\d0 ?(?=年代)",
        r"第 ?\d+(?:[、至到–]\d+)* ?(?=[题章节块步格页轮条])",
        r"(?:图表|图|表|附录|习题|题) ?\d+(?:[、至到和–] ?\d+)*(?![\d.%])",
    ],
}
HARMLESS["both"] = [
    # how long a class lasts is its author's to say, and the plan's sum is tested
    r"(?:(?<=^## Teaching plan, )|(?<=Examination, )|(?<=The same in ))\d+(?= minutes)",
    r"(?<=考试，)\d+(?= 分钟)",
    # units
    r"£ ?million\b|\bto the nearest \w+",
    r"单位：\S+?(?=[。；，]|$)",
    r"^\s*(?:#+ |> )?\d+[.)] ",
    r"(?<=[A-Za-z])\d+\b",
]
COLUMNS = {"minutes", "分钟", "weight", "权重", "question", "题"}
TYPED = {
    "en": r"[£$€¥]?\d[\d,.]*\d%?|[£$€¥]?\d%?|\b(?:hundred|thousand|million|billion)s?\b",
    "zh": r"\d[\d,.]*\d ?[%万亿]?|\d ?[%万亿]?|[一二两三四五六七八九十几百]+[百千万亿]+(?!一)",
}


def allowed() -> list[dict[str, str]]:
    """Numbers that may be typed, from the cases' own folders: file pattern, words, reason."""
    found = []
    for path in sorted(REPO.cases.glob("*/numbers-allowed.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                found.append({**row, "files": f"cases/{path.parent.name}/{row['files']}"})
    return found


def _blank_columns(text: str) -> str:
    """Take minutes, weights and numbers of questions out of tables."""
    out, columns = [], None
    for line in text.splitlines():
        if not line.startswith("|"):
            columns = None
            out.append(line)
            continue
        cells = line.strip().strip("|").split("|")
        if columns is None:
            columns = [i for i, c in enumerate(cells) if c.strip().lower() in COLUMNS]
        for i in columns:
            if i < len(cells) and re.fullmatch(r"\s*\d+\s*", cells[i]):
                cells[i] = " "
        out.append("|".join(cells))
    return "\n".join(out)


def typed_numbers(said: str, lang: str, pardoned: Iterable[str] = ()) -> list[tuple[int, str]]:
    """Numbers typed into a text whose computed values are hidden: line, and the words around.

    Args:
        said: the text as it reads, a sign in place of each computed value.
        lang: its language.
        pardoned: words that the allow-list names.
    """
    for words in pardoned:
        said = said.replace(words, "∎")
    said = _blank_columns(said)
    found = []
    for number, line in enumerate(said.splitlines(), 1):
        bare = line
        for pattern in (*HARMLESS["both"], *HARMLESS[lang]):
            bare = re.sub(pattern, lambda m: "·" * len(m[0]), bare)
        for match in re.finditer(TYPED[lang], bare):
            if bare[: match.start()].rstrip().endswith("∎") and not re.search(r"\d", match[0]):
                continue
            around = bare[max(0, match.start() - 25) : match.end() + 20]
            found.append((number, f"{match[0]} (…{around.strip()}…)"))
    return found


def page_numbers(page: str) -> list[str]:
    """Numbers typed into a page."""
    lang = lang_of(page)
    said = plain(read(page), lang, exhibits_of(page), hide=True)
    pardoned = [row["words"] for row in allowed() if fnmatch(page, row["files"])]
    return [f"{page}:{line}: {what}" for line, what in typed_numbers(said, lang, pardoned)]
