"""The words of complaints, in both languages: put together from sentences, one by one.

A text has a mood, a beginning, what happened, perhaps a second matter in passing, perhaps the
customer's particulars, and an end; slips of the pen come last. Particulars are invented and cannot
belong to anybody: mobile numbers begin with 10, 11 or 12, identity numbers and cards fail their
check digit, addresses end in example.com. Where they stand is known (:attr:`Text.planted`), so that
a masking can be measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from casebank.data import complaint_moods as moods
from casebank.data.calendar import EPOCH, month_start
from casebank.data.complaint_handling import Complaints
from casebank.data.complaint_words import Pair, by_cause
from casebank.data.complaints import APP, CAUSES, OUTAGE_DAY, OUTAGE_MONTH, TRANSFER
from casebank.data.office import DAY
from casebank.data.rng import Rng
from casebank.data.simulator import State

WORDS = by_cause()
"""The sentences by cause."""
KINDS = ("mobile", "id", "card", "email", "name")
# How many of the 65536: symptom only, one sentence less, one more, particulars, slips.
BARE, SHORT, LONG, GIVES, SLIPS = 10_500, 7_500, 7_500, 13_200, 30_000
CHECKS = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Text:
    """A complaint in words, and the particulars in it: kind, in Chinese, in English."""

    zh: str
    en: str
    planted: tuple[tuple[str, str, str], ...]


class _Dice:
    """A random number that is used up bit by bit."""

    def __init__(self, number: int) -> None:
        self.rest = number

    def below(self, most: int) -> int:
        """A number from 0 to most - 1."""
        self.rest, out = divmod(self.rest, most)
        return out

    def under(self, share: int) -> bool:
        """True for so many of 65536."""
        return self.below(65536) < share


@cache
def _without_money(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    return tuple(pair for pair in pairs if "%(amount)s" not in pair[0])


def texts(state: State, handled: Complaints) -> list[Text]:
    """The texts of all complaints, in their order."""
    rng, who = Rng(state.seed), state.who
    streams = [
        rng.bits(f"complaint-words-{n}", handled.index, 0, handled.number).tolist()
        for n in range(6)
    ]
    columns = (
        handled.cause,
        handled.intake.also,
        handled.slot,
        handled.cents,
        handled.intake.received // DAY,
        handled.intake.anger,
        who.branch[handled.row],
        who.birth_year[handled.row],
        who.joined[handled.row],
        handled.intake.again,
    )
    rows = zip(*streams, *(column.tolist() for column in columns), strict=True)
    return [_text(*row) for row in rows]


def _text(
    b0: int, b1: int, b2: int, b3: int, b4: int, b5: int,
    cause: int, also: int, slot: int, cents: int, day: int, anger: float,
    branch: int, born: int, joined: int, again: bool,
) -> Text:  # fmt: skip
    shape = _Dice(b0 | b1 << 64)
    slots = _slots(_Dice(b2 | b3 << 64), cause, slot, cents, day, branch, joined)
    words = WORDS[CAUSES[cause]]
    mood = moods.MOODS[_mood(shape.below(1000), anger)]
    openings, middles = words.openings, words.middles
    if shape.under(BARE):
        openings, middles = moods.SYMPTOMS[moods.GROUP[CAUSES[cause]]]
    if not cents:
        openings, middles = _without_money(openings), _without_money(middles)
    length = shape.below(65536)
    body = [openings[shape.below(len(openings))]]
    first = shape.below(len(middles))
    second = (first + 1 + shape.below(len(middles) - 1)) % len(middles)
    lead = shape.below(65536) < 34_000
    if length >= SHORT:
        body.append(middles[first])
    if length >= 65536 - LONG:
        body.append(middles[second])
    leads = moods.LEADS[mood]
    begin, before = shape.below(len(leads)), shape.below(2 * len(moods.REPEATS))
    if again and before < len(moods.REPEATS):
        body.insert(0, moods.REPEATS[before])
    elif length < SHORT or (lead and length < 65536 - LONG):
        body.insert(0, leads[begin])
    aside = shape.below(2)
    if also >= 0:
        body.append(WORDS[CAUSES[also]].asides[aside])
    end = shape.below(9)
    last = words.endings[end % 3] if end < 3 else moods.ENDINGS[mood][end - 3]
    found = _particulars(_Dice(b4), born) if shape.under(GIVES) else ()
    slip = shape.below(65536)
    parts: tuple[list[str], list[str]] = ([], [])
    for number, lines in enumerate((moods.SLIPS_ZH, moods.SLIPS_EN)):
        gap = " " if number else ""
        text = gap.join(_fill(pair[number], slots[number]) for pair in body)
        end_text = _fill(last[number], slots[number])
        if slip < SLIPS:
            text = _slip(text, lines, _Dice(b5), 2 if slip < SLIPS // 3 else 1)
            if slip % 3 == 0:
                end_text = end_text.rstrip("。.！!")
        said = [line[number] for _, line, _ in found]
        parts[number].extend((text, *said, end_text))
    return Text(
        "".join(parts[0]),
        " ".join(parts[1]),
        tuple((kind, *strings) for kind, _, strings in found),
    )


def _mood(lane: int, anger: float) -> int:
    if anger > 0.8:
        return 0 if lane < 760 else 3
    if lane < 110:
        return 3
    if anger > 0.1:
        return 1 if lane < 700 else 0
    return 2 if lane < 720 else 1


def _fill(sentence: str, slots: dict[str, str]) -> str:
    text = sentence % slots if "%" in sentence else sentence
    return text[0].upper() + text[1:]


def _slip(text: str, lines: tuple[Pair, ...], dice: _Dice, count: int) -> str:
    """Make some mistakes, where the words allow them."""
    place = dice.below(len(lines))
    for step in range(len(lines)):
        old, new = lines[(place + step) % len(lines)]
        if old in text:
            text = text.replace(old, new, 1)
            count -= 1
            if not count:
                break
            place += dice.below(5)
    return text


def _money(cents: int, colloquial: bool) -> Pair:
    yuan, fen = divmod(cents, 100)
    if cents >= 1_000_000 and yuan % 100 == 0:
        # Ten thousands with the zeros cut off, as people say it.
        wan, rest = divmod(yuan, 10_000)
        tail = f".{rest // 100:02d}".rstrip("0").rstrip(".")
        return f"{wan}{tail}万" + ("" if colloquial else "元"), f"{yuan:,} yuan"
    number = f"{yuan}.{fen:02d}" if fen else f"{yuan}"
    english = f"{yuan:,}.{fen:02d}" if fen else f"{yuan:,}"
    return number + ("块" if colloquial else "元"), english + " yuan"


def _slots(
    dice: _Dice, cause: int, slot: int, cents: int, day: int, branch: int, joined: int
) -> tuple[dict[str, str], dict[str, str]]:
    name, streets = moods.PLACES[branch]
    street = streets[dice.below(len(streets))]
    when = max(day - dice.below(6), min(joined, day))
    outage = month_start(OUTAGE_MONTH) + OUTAGE_DAY
    if cause in (APP, TRANSFER) and when < outage <= day:
        when = outage
    date = EPOCH + timedelta(days=when)
    money = _money(cents, dice.below(2) == 0)
    staff = moods.SURNAMES[dice.below(len(moods.SURNAMES))]
    product = moods.PRODUCT_WORDS[slot] if slot >= 0 else moods.NO_PRODUCT
    ending = "日" if dice.below(2) else "号"
    same = {
        "hours": str(2 + dice.below(5)),
        "times": str(3 + dice.below(7)),
        "days": str(8 + dice.below(13)),
        "years": str(4 + dice.below(16)),
    }
    return (
        same
        | {
            "amount": money[0],
            "date": f"{date.month}月{date.day}{ending}",
            "street": street[0],
            "branch": name[0],
            "staff": staff[0],
            "product": product[0],
        },
        same
        | {
            "amount": money[1],
            "date": f"{date.day} {moods.ENGLISH_MONTHS[date.month - 1]}",
            "street": street[1],
            "branch": name[1],
            "staff": staff[1],
            "product": product[1],
        },
    )


def _particulars(dice: _Dice, born: int) -> tuple[tuple[str, Pair, Pair], ...]:
    """One or two particulars: kind, the sentences, the particulars themselves."""
    first = (0, 0, 0, 1, 2, 3, 4, 4)[dice.below(8)]
    kinds = [KINDS[first]]
    if dice.below(4) == 0 and first != 4:
        kinds.insert(0, "name")
    surname = moods.SURNAMES[dice.below(len(moods.SURNAMES))]
    given = moods.GIVEN[dice.below(len(moods.GIVEN))]
    out = []
    for kind in kinds:
        ways = moods.PLANTED[kind]
        way = ways[dice.below(len(ways))]
        if kind == "name":
            what = (surname[0] + given[0], f"{surname[1]} {given[1]}")
        elif kind == "email":
            address = f"{surname[1]}{given[1]}{dice.below(90) + 10}@example.com".lower()
            what = (address, address)
        else:
            text = {"mobile": _mobile, "id": _identity, "card": _card}[kind](dice, born)
            what = (text, text)
        out.append((kind, (way[0] % what[0], way[1] % what[1]), what))
    return tuple(out)


def _mobile(dice: _Dice, born: int) -> str:
    """Eleven digits that no network hands out: they begin with 10, 11 or 12."""
    a, b = 100 + dice.below(30), dice.below(10_000)
    c = dice.below(10_000)
    gap = ("", "", "", " ", "-")[dice.below(5)]
    return f"{a}{gap}{b:04d}{gap}{c:04d}"


def _identity(dice: _Dice, born: int) -> str:
    """Eighteen characters with a region that does not exist and a wrong check digit."""
    month, day = 1 + dice.below(12), 1 + dice.below(28)
    body = f"99{dice.below(10_000):04d}{born}{month:02d}{day:02d}{dice.below(1000):03d}"
    right = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11
    return body + CHECKS[(right + 1 + dice.below(10)) % 11]


def _card(dice: _Dice, born: int) -> str:
    """Sixteen digits whose last one is not what Luhn's rule asks for."""
    body = f"62{dice.below(10**7):07d}{dice.below(10**6):06d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    last = ((10 - total % 10) % 10 + 1 + dice.below(9)) % 10
    number = f"{body}{last}"
    if dice.below(3):
        return number
    return " ".join(number[i : i + 4] for i in range(0, 16, 4))
