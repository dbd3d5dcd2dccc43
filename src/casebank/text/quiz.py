"""Self-check questions as HTML: a form with a reason for each option.

Without JavaScript the answers stand in a ``details`` below each question. These questions are never
graded, so nothing in them is secret.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from html import escape

from casebank.records import Option, Question

WORDS = {
    "single": {"zh": "选一项", "en": "Choose one"},
    "multiple": {"zh": "可选多项", "en": "Choose all that apply"},
    "order": {"zh": "排出先后", "en": "Put in order"},
    "check": {"zh": "看对不对", "en": "Check"},
    "again": {"zh": "再做一次", "en": "Try again"},
    "answers": {"zh": "答案和理由", "en": "Answers and reasons"},
    "right": {"zh": "对", "en": "Right"},
    "wrong": {"zh": "不对", "en": "Not right"},
    "missed": {"zh": "漏选", "en": "Missed"},
    "all_right": {"zh": "全对。", "en": "All right."},
    "not_yet": {"zh": "还有不对的，看理由。", "en": "Not yet: see the reasons."},
    "choose": {"zh": "先选一项。", "en": "Choose first."},
    "up": {"zh": "上移", "en": "Move up"},
    "down": {"zh": "下移", "en": "Move down"},
    "misplaced": {"zh": "位置不对", "en": "out of place"},
    "moved": {"zh": "第 {n} 位，共 {m} 项", "en": "place {n} of {m}"},
    "any": {
        "zh": "这是一种对的排法；不违反先后要求的其他排法也对。",
        "en": "This is one right order; any other that keeps what must come first is right too.",
    },
    "place": {"zh": "第 {n} 位", "en": "place {n}"},
    "question": {"zh": "自测 {n}", "en": "Question {n}"},
}


def _options(question: Question) -> list[tuple[int, Option]]:
    """Options in the order in which they are shown: shuffled, and always alike."""
    shown = list(enumerate(question.options))
    random.Random(question.id).shuffle(shown)
    if question.kind == "order" and in_order([option for _, option in shown]):
        shown.reverse()
    return shown


def in_order(options: Sequence[Option]) -> bool:
    """Whether the steps of an ordering question stand in one of its valid orders."""
    done: set[str | None] = set()
    last = 0
    for option in options:
        if (option.position or 0) < last or not set(option.after) <= done:
            return False
        last = option.position or 0
        done.add(option.id)
    return True


def quiz(question: Question, number: int, lang: str, inline: Callable[[str], str]) -> str:
    """One question.

    Args:
        question: from the bank.
        number: its place on the page, from 1.
        lang: zh or en.
        inline: turns a line of our markup into HTML.
    """
    word = {name: texts[lang] for name, texts in WORDS.items()}
    kind = "radio" if question.kind == "single" else "checkbox"
    items, reasons = [], []
    places = question.order() if question.kind == "order" else []
    for place, (index, option) in enumerate(_options(question), 1):
        text = inline(escape(option.get(lang), quote=False))
        reason = inline(escape(option.reason[lang], quote=False))
        mark = word["right"] if option.right else word["wrong"]
        ident = f"{question.id}-{index}"
        rank = place
        if question.kind == "order":
            rank = places.index(option) + 1
            mark = word["place"].format(n=option.position or rank)
            where = (
                f'data-position="{option.position}"'
                if option.position
                else f'data-step="{option.id}" data-after="{" ".join(option.after)}"'
            )
            items.append(
                f'<li {where}><span class="cb-quiz-text">{text}</span>'
                f'<span class="cb-quiz-moves"><button type="button" data-move="-1">'
                f'<span aria-hidden="true">↑</span><span class="cb-hidden">{word["up"]}: {text}'
                f'</span></button><button type="button" data-move="1">'
                f'<span aria-hidden="true">↓</span><span class="cb-hidden">{word["down"]}: {text}'
                f"</span></button></span></li>"
            )
        else:
            items.append(
                f'<li><label for="{ident}"><input type="{kind}" id="{ident}" '
                f'name="{question.id}" value="{index}"{" data-right" if option.right else ""}> '
                f"<span>{text}</span></label>"
                f'<p class="cb-reason" hidden><strong>{mark}{"。" if lang == "zh" else ". "}'
                f"</strong>{reason}</p></li>"
            )
        reasons.append(
            (option.position or rank, f"<li><strong>{mark}</strong> {text} {reason}</li>")
        )
    if question.kind == "order":
        reasons.sort(key=lambda pair: pair[0])
    stem = inline(escape(question.stem[lang], quote=False))
    tag = "ol" if question.kind == "order" else "ul"
    head = word["question"].format(n=number)
    said = " ".join(
        f'data-{name.replace("_", "-")}="{escape(word[name])}"'
        for name in ("all_right", "not_yet", "choose", "again", "check", "missed")
        + (("misplaced", "moved") if question.kind == "order" else ())
    )
    free = question.kind == "order" and len({option.position for option in places}) < len(places)
    note = f"<p>{word['any']}</p>" if free else ""
    return (
        f'<form class="cb-quiz" id="{question.id}" data-kind="{question.kind}" {said}>'
        f"<fieldset><legend><span>{head}</span> {stem} "
        f"<small>({word[question.kind]})</small></legend>"
        f"<{tag}>{''.join(items)}</{tag}></fieldset>"
        f'<p class="cb-quiz-do"><button type="submit" class="cb-quiz-check" hidden>{word["check"]}'
        f'</button> <span class="cb-quiz-said" role="status"></span></p>'
        f"<details><summary>{word['answers']}</summary>"
        f"<ul>{''.join(text for _, text in reasons)}</ul>{note}</details></form>"
    )
