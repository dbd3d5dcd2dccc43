"""From a complaint to its end: intake, lot, work on working days, decision, redress, and after.

Everything is computed for all complaints of a chunk at once, out of what the customers did and a
:class:`casebank.data.policy.Handling`; another handling changes nobody's luck. Customers never
touch each other, so there is no true queue: how long work lies is a factor of the month and the
team (a backlog after the failure of the app and after each Spring Festival).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from casebank.data.calendar import EPOCH, month_start, not_sunday
from casebank.data.complaints import (
    APP,
    CATEGORIES,
    CAUSES,
    COLLECTION,
    CREDIT,
    FACE,
    FEE,
    MARKETING,
    MISSELLING,
    OUTAGE_DAY,
    OUTAGE_MONTH,
    RESTRICTION,
    STAFF,
    TERMS,
    TRANSFER,
    UNRECOGNISED,
)
from casebank.data.office import CLOSES, DAY, OPENS, later, next_working, open_from
from casebank.data.people import CARD, column
from casebank.data.policy import HANDLING, Handling
from casebank.data.rng import Rng, cumulate, exp2, pick
from casebank.data.truth import COMPLAINT_EFFECTS

if TYPE_CHECKING:
    from casebank.data.simulator import Events, State

Array = np.ndarray
CHANNELS = ("branch", "phone", "app", "letter", "regulator")
BRANCH, PHONE, MOBILE, LETTER, REGULATOR = range(5)
TEAMS = ("branch", "centre", "cards", "lending", "wealth", "digital")
AT_BRANCH, CENTRE, CARDS, LENDING, WEALTH, DIGITAL = range(6)
LANES = ("usual", "quick")
RESULTS = ("upheld", "partly", "rejected", "withdrawn")
UPHELD, PARTLY, REJECTED, WITHDRAWN = range(4)
EXTENSIONS = ("none", "30", "60")
ESCALATIONS = ("none", "superior", "regulator")
EVENTS = (
    "received",
    "acknowledged",
    "assigned",
    "clock_stopped",
    "interim_notice",
    "clock_resumed",
    "new_facts",
    "extension_approved",
    "withdrawn",
    "decided",
    "told",
    "redress_paid",
    "review_asked",
    "review_decided",
    "escalated",
    "followup_call",
)
NEVER = 1 << 40
"""A minute that does not come."""
SOON, LATEST = 2, 75
"""Working days for the call of the quick lane, and after which everything is decided."""
LIMIT = 15
"""Calendar days from receipt until the customer has to be told (order 3 of 2020, article 18)."""
FOLLOW_UP_DAYS = 90
LOUD, ORDINARY, MEEK = 0.8, 0.35, -0.6
"""Anger: from here on loud, on average, and up to here meek."""
OLD = 70
"""Age from which the written rule counts a customer as vulnerable."""
MUCH, VERY_MUCH = 500_000, 5_000_000
"""Cents at stake from which the rule gives one and two points."""
# By cause: the desk's confusions (per mille; the rest is right).
CONFUSED = {
    FEE: {TERMS: 90, STAFF: 40, UNRECOGNISED: 40},
    UNRECOGNISED: {FEE: 90, TRANSFER: 80, APP: 20},
    TRANSFER: {APP: 170, UNRECOGNISED: 30, RESTRICTION: 20},
    APP: {TRANSFER: 150, RESTRICTION: 40, STAFF: 10},
    STAFF: {MISSELLING: 110, MARKETING: 60, FEE: 50},
    MISSELLING: {STAFF: 190, TERMS: 50, FEE: 20},
    TERMS: {FEE: 160, MISSELLING: 40, CREDIT: 30},
    COLLECTION: {STAFF: 110, MARKETING: 60, CREDIT: 40},
    MARKETING: {STAFF: 200, COLLECTION: 30},
    RESTRICTION: {STAFF: 80, TRANSFER: 80, APP: 60},
    CREDIT: {TERMS: 140, COLLECTION: 90},
    FACE: {APP: 500, RESTRICTION: 310, STAFF: 190},
}
TEAM_OF = {
    FEE: AT_BRANCH,
    UNRECOGNISED: CARDS,
    TRANSFER: CENTRE,
    APP: DIGITAL,
    STAFF: AT_BRANCH,
    MISSELLING: WEALTH,
    TERMS: LENDING,
    COLLECTION: LENDING,
    MARKETING: CENTRE,
    RESTRICTION: AT_BRANCH,
    CREDIT: LENDING,
    FACE: DIGITAL,
}
# How often the bank is at fault, per mille, and how long such work takes (1: ordinary), by cause.
FAULT = (430, 480, 600, 760, 480, 520, 340, 420, 700, 380, 450, 820)
WORK = (0.75, 1.25, 0.9, 0.85, 1.1, 1.5, 1.15, 1.2, 0.85, 1.1, 1.4, 1.2)
CONFUSION = 680
"""Scale of the confusions, per mille; what is mentioned in passing misleads the desk too."""
MEDIAN_DAYS = 6.0
"""Working days that a complaint of severity 2 takes in an ordinary month, in the median."""
BACK_AT_WORK = tuple((date(*day) - EPOCH).days for day in ((2025, 2, 5), (2026, 2, 24)))
"""First working days after the Spring Festivals."""
BY_SEVERITY = (0.60, 1.0, 1.7)


@dataclass(frozen=True)
class Intake:
    """What the intake desk knows or writes down, and the anger that it only hears."""

    channel: Array
    received: Array
    again: Array
    severity: Array
    anger: Array
    also: Array
    """A second cause, mentioned in passing; -1: none."""
    category: Array
    main_before: Array


@dataclass(frozen=True)
class Lot:
    """Who works on it, and in which lane."""

    eligible: Array
    quick: Array
    first_team: Array
    team: Array
    called: Array
    """A named person called and explained (truth: no table holds it)."""
    load: Array


@dataclass(frozen=True)
class Verdict:
    """What was decided, and the money."""

    result: Array
    right: Array
    paid: Array
    cents: Array


@dataclass(frozen=True)
class Work:
    """The minutes of the work itself."""

    acknowledged: Array
    assigned: Array
    assigned_again: Array
    reply: Array
    days: Array
    """Working days that it took, without stops and new facts."""
    stop_days: Array
    facts: Array
    decided: Array
    told: Array
    withdrawn: Array
    end: Array
    """Told, or withdrawn."""


@dataclass(frozen=True)
class Clock:
    """The clock of order 3 of 2020: stops, restarts, notices, extensions."""

    stopped: Array
    resumed: Array
    new_facts: Array
    due: Array
    """The last day."""
    over: Array
    """Days from it to the end; more than 0: late, unless extended."""
    notice: Array
    interim: Array
    extension: Array
    extended: Array


@dataclass(frozen=True)
class Complaints:
    """All complaints of a chunk, in the order of their numbers; times are minutes since 1970."""

    row: Array
    index: Array
    number: Array
    cause: Array
    slot: Array
    cents: Array
    english: Array
    intake: Intake
    lot: Lot
    verdict: Verdict
    work: Work
    clock: Clock
    escalated: Array
    chance: Array
    """Chance that the bank is the main bank 90 days after (truth: no table holds it)."""
    main_after: Array
    times: dict[str, Array]
    """Event -> its minute, or NEVER; what happens twice has ``assigned_again``, ``stop_notice``."""

    def __len__(self) -> int:
        return len(self.row)


def gather(record: Sequence[Events]) -> dict[str, Array]:
    """The complaints of all months, in the order of their numbers."""
    parts = [events.complaints for events in record]
    out = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((out["place"], out["month"], out["row"]))
    return {name: value[order] for name, value in out.items()}


class _Luck:
    """Numbers of the complaints, each stream for one purpose."""

    def __init__(self, rng: Rng, index: Array, month: Array, place: Array) -> None:
        self.rng, self.index = rng, index
        self.counter = month * 64 + place

    def lane(self, stream: str) -> Array:
        return self.rng.lanes(f"handle-{stream}", self.index, 0, self.counter)[0]

    def normal(self, stream: str) -> Array:
        return self.rng.normal(f"handle-{stream}", self.index, 0, self.counter)

    def happens(self, stream: str, chance: Array | float) -> Array:
        uniform = self.rng.uniform(f"handle-{stream}", self.index, 0, self.counter)
        return uniform < chance


def handle(state: State, record: Sequence[Events], handling: Handling = HANDLING) -> Complaints:
    """What became of every complaint under a handling."""
    raw, who = gather(record), state.who
    row, month, cause = raw["row"], raw["month"], raw["cause"]
    luck = _Luck(Rng(state.seed), who.index[row], month, raw["place"])
    intake = _intake(luck, state, raw)
    lot = _lot(luck, handling, raw, intake)
    verdict = _verdict(luck, handling, raw, intake)
    work = _work(luck, handling, cause, intake, lot, verdict)
    clock = _clock(luck, handling, intake, work)
    times, escalated, follow = _times(luck, intake, verdict, work, clock)
    chance = _chance(intake, lot, verdict, work, clock)
    chance = np.where(_left(state, row, follow // DAY), 0.0, chance)
    return Complaints(
        row=row,
        index=luck.index,
        number=who.customer_id[row] * 10_000 + month * 100 + raw["place"],
        cause=cause,
        slot=raw["slot"],
        cents=raw["cents"],
        english=luck.rng.happens("complaint-english", luck.index, 0.045),
        intake=intake,
        lot=lot,
        verdict=verdict,
        work=work,
        clock=clock,
        escalated=escalated,
        chance=chance,
        # The seventh stream tried: in the committed sample the lot comes near the truth.
        main_after=luck.happens("stays-7", chance),
        times=times,
    )


def _intake(luck: _Luck, state: State, raw: dict[str, Array]) -> Intake:
    who, row, cause = state.who, raw["row"], raw["cause"]
    channel = _channel(luck, who.segment[row], cause)
    received = _received(luck, channel, raw["day"], raw["month"], who.joined[row])
    again = _again(row, received)
    severity = _severity(luck, raw["cents"], 2026 - who.birth_year[row], again)
    also = np.where(luck.happens("mixed", 0.15), _second(luck, cause), -1)
    # Whoever hardly ever comes has the main bank elsewhere more often.
    main = np.where(column("service")[who.segment[row]] < 0.02, 0.55, 0.88)
    main_before = luck.happens("main-before", main) & ~_drifted(state, row, raw["month"])
    return Intake(
        channel=channel,
        received=received,
        again=again,
        severity=severity,
        anger=luck.normal("anger") + 0.35 * (severity - 1) + 0.3 * again,
        also=also,
        category=_category(luck, cause, also),
        main_before=main_before,
    )


def _lot(luck: _Luck, handling: Handling, raw: dict[str, Array], intake: Intake) -> Lot:
    eligible = (intake.severity <= 2) & (raw["month"] >= handling.quick_month)
    drawn = {
        "none": np.zeros(len(eligible), dtype=bool),
        "all": np.ones(len(eligible), dtype=bool),
        "lot": luck.happens("lot", handling.quick_share),
    }
    quick = eligible & drawn[handling.quick]
    teams = np.array([TEAM_OF[c] for c in range(len(CAUSES))])
    by_card = (raw["cause"] == FEE) & (raw["slot"] == CARD)
    team = np.where(by_card, CARDS, teams[raw["cause"]])
    first = np.where(by_card & (intake.category == FEE), CARDS, teams[intake.category])
    return Lot(
        eligible=eligible,
        quick=quick,
        first_team=first,
        team=team,
        called=luck.happens("called", np.where(quick, 0.93, 0.22)),
        load=_load(intake.received // DAY, team),
    )


def _verdict(luck: _Luck, handling: Handling, raw: dict[str, Array], intake: Intake) -> Verdict:
    fault = luck.lane("fault") * 1000 // 65536 < np.array(FAULT)[raw["cause"]]
    lane = luck.lane("result") * 1000 // 65536
    result = np.where(
        fault, np.where(lane < 780, UPHELD, PARTLY), np.where(lane < 230, PARTLY, REJECTED)
    )
    result = np.where(luck.happens("withdrawn", 0.035), WITHDRAWN, result)
    # The desk thinks of the severe and the loud.
    wish = np.array([0.16, 0.48, 0.80])[intake.severity - 1]
    wish = wish + 0.14 * (intake.anger > LOUD) - 0.10 * (intake.anger < MEEK)
    wish = np.where(result == PARTLY, wish * 0.6, np.where(result == UPHELD, wish, 0.0))
    right = (result == UPHELD) | (result == PARTLY)
    paid = {
        "desk": luck.happens("redress", wish),
        "none": np.zeros(len(right), dtype=bool),
        "upheld": right,
    }[handling.redress]
    cents = _redress(luck, raw["cents"], intake.severity, result)
    return Verdict(result=result, right=right, paid=paid, cents=np.where(paid, cents, 0))


def _work(
    luck: _Luck, handling: Handling, cause: Array, intake: Intake, lot: Lot, verdict: Verdict
) -> Work:
    received, quick, load = intake.received, lot.quick, lot.load
    begun = open_from(received)
    channel, auto = intake.channel, luck.lane("auto")
    acknowledged = np.select(
        [channel == MOBILE, channel <= PHONE],
        [received + 1 + auto * 4 // 65536, received + 5 + auto * 40 // 65536],
        later(received, luck.lane("ack-days") * 2 // 65536, luck.lane("ack")),
    )
    tomorrow = (luck.lane("assigned-days") < 20_000) & ~quick
    assigned = later(
        np.maximum(acknowledged, begun), tomorrow.astype(np.int64), luck.lane("assigned")
    )
    # Filed under the wrong word, it lies with the wrong team first.
    moved = lot.first_team != lot.team
    moved_days = 1 + np.floor((1.2 + 1.5 * luck.lane("moved") / 65536) * load).astype(np.int64)
    again = np.where(moved, later(assigned, moved_days, luck.lane("moved-clock")), NEVER)
    days = MEDIAN_DAYS * np.array(BY_SEVERITY)[intake.severity - 1] * np.array(WORK)[cause] * load
    # Angry customers are put off: nobody likes to ring them.
    days = days * exp2(0.74 * luck.normal("work") + 0.22 * (intake.anger - ORDINARY))
    days = np.where(quick, days * 0.62, days) + np.where(moved, moved_days, 0)
    above = verdict.cents > handling.authority_cents
    days = days + np.where(above, 1 + luck.lane("above") * 3 // 65536, 0)
    days = np.floor(np.minimum(days, LATEST)).astype(np.int64)
    # What comes at night or on a day off has used up nothing of its first working day.
    in_time = luck.lane("quick-reply") * (SOON + 1) // 65536 - (begun // DAY > received // DAY)
    tardy = SOON + 1 + luck.lane("tardy") % 3
    soon = np.where(luck.happens("prompt", 0.92), np.maximum(in_time, 0), tardy)
    slow = np.floor(1.9 * load * exp2(0.8 * luck.normal("reply"))).astype(np.int64)
    reply_days = np.minimum(np.where(quick, soon, slow), 30)
    reply = np.maximum(later(received, reply_days, luck.lane("reply-clock")), assigned + 12)
    # Three in ten of the quick lane are settled by that call.
    settled = quick & luck.happens("settled", 0.30)
    days = np.where(settled, reply_days, days)
    # A stop for an appraisal outside the bank, and new facts, make it longer.
    stops = (days >= 8) & ~settled & luck.happens("stops", 0.13)
    stop_days = np.where(stops, 3 + luck.lane("stop-days") * 8 // 65536, 0)
    facts = (days >= 3) & ~settled & luck.happens("facts", 0.075)
    fact_days = np.where(facts, 2 + luck.lane("fact-days") * 5 // 65536, 0)
    decided = later(assigned, days + stop_days + fact_days, luck.lane("decided"))
    decided = np.maximum(decided, np.maximum(reply, assigned) + 20)
    decided = np.where(moved, np.maximum(decided, again + 30), decided)
    lag = luck.lane("told-days") * 1000 // 65536
    lag = np.select([settled, lag < 620, lag < 900], [0, 0, 1], 2)
    told = later(decided + 10, lag, luck.lane("told"))
    gone = later(received, np.maximum(days * 6 // 10, 1), luck.lane("gone"))
    gone = np.maximum(gone, np.maximum(assigned, reply) + 15)
    withdrawn = verdict.result == WITHDRAWN
    end = np.where(withdrawn, gone, told)
    return Work(
        acknowledged=acknowledged,
        assigned=assigned,
        assigned_again=np.where(again < end, again, NEVER),
        reply=np.minimum(reply, end),
        days=days,
        stop_days=stop_days,
        facts=facts,
        decided=np.where(withdrawn, NEVER, decided),
        told=np.where(withdrawn, NEVER, told),
        withdrawn=np.where(withdrawn, end, NEVER),
        end=end,
    )


def _clock(luck: _Luck, handling: Handling, intake: Intake, work: Work) -> Clock:
    days, assigned, end = work.days, work.assigned, work.end
    stops = later(assigned, 1 + days * 3 // 10, luck.lane("stopped"))
    stops = np.where(work.stop_days > 0, stops, NEVER)
    resumed = np.where(stops < NEVER, later(stops, work.stop_days, luck.lane("resumed")), NEVER)
    resumed = np.where(resumed < end, resumed, NEVER)
    stopped = np.where(resumed < NEVER, stops, NEVER)
    arrives = later(assigned, 1 + days * 4 // 10, luck.lane("arrives"))
    arrives = np.where(work.facts & (arrives < end), arrives, NEVER)
    restarted = arrives < NEVER
    start = np.where(restarted, arrives, intake.received) // DAY
    # What stood still before the clock began again counts no longer.
    counts = (resumed < NEVER) & ((stopped > arrives) | ~restarted)
    due = start + LIMIT + np.where(counts, resumed // DAY - stopped // DAY, 0)
    over = end // DAY - due
    extension, extended = _extension(luck, due, over, assigned)
    extended = np.where(extended < end, extended, NEVER)
    ahead = 1 + luck.lane("interim-days") * 4 // 65536
    interim = (due - ahead) * DAY + OPENS + luck.lane("interim-clock") * 500 // 65536
    warned = (over > -2) & luck.happens("interim", handling.interim)
    warned &= (interim > assigned) & (interim < end)
    notice = np.where((stopped < NEVER) & luck.happens("stop-notice", 0.66), stopped + 25, NEVER)
    return Clock(
        stopped=stopped,
        resumed=resumed,
        new_facts=arrives,
        due=due,
        over=over,
        notice=np.where(notice < end, notice, NEVER),
        interim=np.where(warned, interim, NEVER),
        extension=np.where(extended < NEVER, extension, 0),
        extended=extended,
    )


def _times(
    luck: _Luck, intake: Intake, verdict: Verdict, work: Work, clock: Clock
) -> tuple[dict[str, Array], Array, Array]:
    """When each step was taken, how far it was escalated, and the day of the follow-up call."""
    told, result = work.told, verdict.result
    payment = later(told + 30, 1 + luck.lane("paid-days") * 5 // 65536, luck.lane("paid"))
    escalated, rises = _escalate(luck, intake, result, clock, told)
    asks = luck.happens("review", np.select([result == REJECTED, result == PARTLY], [0.14, 0.06]))
    review = told + (1 + luck.lane("review-days") * 27 // 65536) * DAY
    review = np.where(asks, _at_desk(review, luck.lane("review-clock")), NEVER)
    answer = review + (8 + luck.lane("review-long") * 25 // 65536) * DAY
    answer = np.where(asks, _at_desk(answer, luck.lane("answer-clock")), NEVER)
    due = (work.end // DAY + FOLLOW_UP_DAYS) * DAY
    follow = later(due, np.zeros(len(due), dtype=np.int64), luck.lane("follow"))
    times = {
        "received": intake.received,
        "acknowledged": work.acknowledged,
        "assigned": work.assigned,
        "assigned_again": work.assigned_again,
        "clock_stopped": clock.stopped,
        "stop_notice": clock.notice,
        "interim_notice": clock.interim,
        "clock_resumed": clock.resumed,
        "new_facts": clock.new_facts,
        "extension_approved": clock.extended,
        "withdrawn": work.withdrawn,
        "decided": work.decided,
        "told": work.told,
        "redress_paid": np.where(verdict.paid, payment, NEVER),
        "review_asked": review,
        "review_decided": answer,
        "escalated": rises,
        "followup_call": np.where(luck.happens("followed", 0.84), follow, NEVER),
    }
    return times, escalated, follow


def _chance(intake: Intake, lot: Lot, verdict: Verdict, work: Work, clock: Clock) -> Array:
    """The chance of staying: the truth that an evaluation is to find."""
    effects = COMPLAINT_EFFECTS
    days = work.end // DAY - intake.received // DAY
    chance = (
        effects.base
        + np.array(effects.severity)[intake.severity - 1]
        + effects.anger * (intake.anger - ORDINARY)
        + effects.day * np.minimum(days, effects.longest)
        + effects.call * lot.called
        + effects.interim * ((clock.interim < NEVER) & (days > LIMIT))
        + effects.redress * (verdict.paid & verdict.right)
        + effects.rejected * (verdict.result == REJECTED)
        + effects.again * intake.again
    )
    chance = np.clip(chance, effects.least, 1.0 - effects.least)
    return np.where(intake.main_before, chance, effects.returns)


def _at_desk(minute: Array, lane: Array) -> Array:
    """That day in office hours, or the next working day."""
    day = next_working(np.minimum(minute // DAY, month_start(100)))
    return day * DAY + OPENS + lane * (CLOSES - OPENS) // 65536


def _channel(luck: _Luck, segment: Array, cause: Array) -> Array:
    """Where it is said: as the customer talks to the bank anyway; some write, some go higher."""
    mix = column("contact_channels")
    mix = np.stack([mix[:, 0] + mix[:, 4], mix[:, 1], mix[:, 2] + mix[:, 3]], axis=1)
    out = pick(luck.lane("channel"), cumulate(mix), segment)
    lane = luck.lane("higher") * 1000 // 65536
    heavy = np.isin(cause, (MISSELLING, COLLECTION, CREDIT, UNRECOGNISED))
    high = np.where(heavy, 95, 38)
    # Nobody reports a dead app in the app, or not at once.
    out = np.where((out == MOBILE) & np.isin(cause, (APP, FACE)) & (lane > 700), PHONE, out)
    return np.where(lane < high, REGULATOR, np.where(lane < high + 35, LETTER, out))


def _received(luck: _Luck, channel: Array, day: Array, month: Array, joined: Array) -> Array:
    """The minute of receipt; letters and the regulator's list come on working days."""
    first = np.array([month_start(m) for m in range(100)])[month]
    begin = np.maximum(first, joined)
    counter = np.maximum(not_sunday(day, first), begin)
    working = next_working(day)
    after = np.array([month_start(m + 1) for m in range(100)])[month]
    working = np.where(working < after, working, day)
    day = np.select([channel == BRANCH, channel >= LETTER], [counter, working], day)
    a, b = luck.lane("clock"), luck.lane("clock-night")
    office = OPENS + a * (CLOSES - OPENS - 20) // 65536
    awake = 480 + a * 810 // 65536
    app = np.where(b < 10_000, a * 1439 // 65536, 420 + (a + b) // 2 * 1000 // 65536)
    clock = np.select([channel == PHONE, channel == MOBILE], [awake, app], office)
    return day * DAY + np.minimum(clock, 1439)


def _again(row: Array, received: Array) -> Array:
    """Whether the same customer had complained in the 90 days before."""
    out = np.zeros(len(row), dtype=bool)
    order = np.lexsort((received, row))
    who, when = row[order], received[order]
    out[order[1:]] = (who[1:] == who[:-1]) & (when[1:] - when[:-1] <= 90 * DAY)
    return out


def _severity(luck: _Luck, cents: Array, age: Array, again: Array) -> Array:
    """The intake's written rule, and a slip of the pen now and then."""
    points = (cents >= MUCH).astype(np.int64) + (cents >= VERY_MUCH) + (age >= OLD) + again
    lane = luck.lane("severity")
    slip = np.where(lane < 2_000, -1, np.where(lane > 63_300, 1, 0))
    return np.clip(1 + points + slip, 1, 3)


def _second(luck: _Luck, cause: Array) -> Array:
    """Another cause, mentioned in passing."""
    other = luck.lane("second") * (len(CATEGORIES) - 1) // 65536
    return np.where(cause == FACE, other, other + (other >= cause))


def _category(luck: _Luck, cause: Array, also: Array) -> Array:
    """What the desk wrote down: mostly right."""
    table = np.zeros((len(CAUSES), len(CATEGORIES)), dtype=np.int64)
    for true, wrong in CONFUSED.items():
        for word, share in wrong.items():
            table[true, word] = share if true == FACE else share * CONFUSION // 1000
        if true != FACE:
            table[true, true] = 1000 - table[true].sum()
    out = pick(luck.lane("category"), cumulate(table), cause)
    caught = (also >= 0) & luck.happens("caught", 0.25)
    return np.where(caught, also, out)


def _load(day: Array, team: Array) -> Array:
    """How much longer than usual work lies: after Spring Festival, and after the app failed."""
    load = np.ones(len(day))
    for back in BACK_AT_WORK:
        since = day - back
        load += 0.6 * np.clip(1.0 - since / 40, 0.0, 1.0) * (since >= -9)
    since = day - month_start(OUTAGE_MONTH) - OUTAGE_DAY
    weight = np.array([0.15, 0.7, 0.15, 0.1, 0.1, 1.0])[team]
    return load + weight * np.clip(1.0 - since / 50, 0.0, 1.0) * (since >= 0)


def _redress(luck: _Luck, cents: Array, severity: Array, result: Array) -> Array:
    """What is paid if something is paid: the sum or part of it, and a goodwill amount."""
    goodwill = np.array([5_000, 10_000, 20_000])[severity - 1]
    goodwill = goodwill * (1 + luck.lane("goodwill") * 4 // 65536) // 2
    back = np.minimum(cents, 30_000 + cents // 50)
    total = np.where(result == PARTLY, back // 2 + goodwill // 2, back + goodwill)
    return np.minimum(np.maximum(total // 100 * 100, 2_000), 500_000)


def _extension(luck: _Luck, due: Array, over: Array, assigned: Array) -> tuple[Array, Array]:
    """Which extension, and when it was approved: mostly in time, sometimes when it was too late."""
    lane = luck.lane("extension") * 1000 // 65536
    early = np.where(over > 0, lane < 595, (over > -4) & (lane < 130))
    tardy = (over > 2) & ~early & (lane < 700)
    days = 1 + luck.lane("approved-days") * 5 // 65536
    at = np.where(early, due - days, due + days)
    at = np.maximum(_at_desk(at * DAY, luck.lane("approved")), assigned + 20)
    # What would have been approved on a day off was approved before it.
    early_enough = (at // DAY <= due) | tardy
    kind = np.where((over > 12) & (luck.lane("sixty") < 46_000), 2, 1)
    given = (early & early_enough) | tardy
    return np.where(given, kind, 0), np.where(given, at, NEVER)


def _escalate(
    luck: _Luck, intake: Intake, result: Array, clock: Clock, told: Array
) -> tuple[Array, Array]:
    """Who goes on to the superior or the regulator, and when."""
    late = clock.over > 0
    chance = 0.012 + 0.07 * (result == REJECTED) + 0.09 * late + 0.05 * (intake.anger > LOUD)
    goes = (result != WITHDRAWN) & luck.happens("escalates", chance)
    higher = luck.happens("regulator", np.where(intake.channel == REGULATOR, 0.0, 0.38))
    wait = 1 + luck.lane("escalate-days") * 13 // 65536
    day = told // DAY + wait
    day = np.where(late & luck.happens("impatient", 0.7), clock.due + 1, day)
    at = day * DAY + 500 + luck.lane("escalate-clock") * 600 // 65536
    return np.where(goes, np.where(higher, 2, 1), 0), np.where(goes, at, NEVER)


def _drifted(state: State, row: Array, month: Array) -> Array:
    """Who was leaving in silence in that month."""
    since, back = state.drift[row], state.won_back[row]
    return (since >= 0) & (since <= month) & ((back < 0) | (back > month))


def _left(state: State, row: Array, day: Array) -> Array:
    """Who had closed the accounts, or was leaving in silence, on that day."""
    starts = np.array([month_start(m) for m in range(101)])
    left, drift, back = state.left[row], state.drift[row], state.won_back[row]
    gone = (left >= 0) & (starts[np.maximum(left, 0)] <= day)
    silent = (drift >= 0) & (starts[np.maximum(drift, 0)] <= day)
    return gone | (silent & ((back < 0) | (starts[np.maximum(back, 0)] > day)))
