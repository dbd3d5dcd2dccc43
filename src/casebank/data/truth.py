"""The written-down truth of the invented bank: who its customers are and why they do what they do.

An analyst sees accounts, transactions and contacts. This module says what made them: the latent
segments with their shares, holdings, habits and hazards, the effect of a call or a visit, and the
one event that nobody wrote into any table. An exercise may ask it (``true_segments``) whether an
analysis found what is there. Nothing of it is ever written to ``datasets/``.

**Balances** are as skewed as published ones. At China Merchants Bank in mid-2022 customers with
500,000 yuan or more were 2.26% of retail customers and held 81.7% of retail assets (4.0236 million
of 178 million; 9,571 of 11,718 billion yuan: Economic Information Daily, 24 August 2022); at Ping
An Bank and China Everbright Bank they held over 70% at the end of 2021 (Beijing Youth Daily, 30
March 2022). An invented city bank with fewer dead accounts than a national one lies a little
flatter: about 4% of customers, about two thirds of the assets.

**Adverse selection** (courseware topic T30): those whom the bank would like to lend to do not ask;
those who ask are those whom others refused. Segment ``seeker`` asks for a loan more than a
hundred times as often as ``wealth``.

**Complaints**: the bank pays redress to the severe, the loud and the upheld, and those leave more
often whatever is paid; and what is severe takes long. So whoever compares the paid with the unpaid
finds nothing, or harm, and whoever compares the fast with the slow finds twice the truth. Only the
lot of the quick lane compares like with like (:func:`true_complaint_effects`).

**Leaving** has two forms. Most leavers say so, at the counter, and close their accounts a month
later. Customers of value drift away in silence: one large transfer, then nothing, while every
account stays open. A rival's wealth centre opens opposite the Hexi sub-branch in October 2025
(month 15) and multiplies the hazard of drifting there by nine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casebank.data.rng import Rng, cumulate, pick
from casebank.data.segments import NAMES, SEGMENTS

SEED = 20260630
FIRST_ID = 1001


@dataclass(frozen=True)
class Effects:
    """What the bank's actions do, and what it does not see. All of it is invented."""

    reached: float = 0.72
    """Share of calls that are answered; a visit always takes place."""
    memory: int = 3
    """Months during which a conversation still works on the customer."""
    visit_on_drift: float = 0.35
    """Factor on the hazard of drifting after a visit."""
    call_on_drift: tuple[float, ...] = (1.30, 0.80, 1.0, 0.9, 1.0, 0.85, 1.0, 1.0)
    """Factor on that hazard after a sales call, by segment: the quiet rich dislike it."""
    visit_wins_back: float = 0.18
    """Chance that a visit brings a drifting customer back."""
    retention_saves: float = 0.24
    """Chance that a retention call makes one who has given notice stay."""
    sale: tuple[float, ...] = (0.06, 0.09, 0.035, 0.05, 0.03, 0.05, 0.02, 0.006)
    """Chance that a reached sales call opens a fund or a term deposit, by segment."""
    approval: tuple[float, ...] = (0.85, 0.70, 0.40, 0.10, 0.02)
    """Chance that a loan enquiry becomes a loan, by grade A to E."""
    arrears: tuple[float, ...] = (0.0004, 0.0012, 0.006, 0.028, 0.070)
    """Chance per month that a loan falls into arrears, by grade."""
    cure: tuple[float, ...] = (0.75, 0.65, 0.50, 0.34, 0.24)
    """Chance per month that arrears are paid, by grade."""
    rival_branch: str = "hexi"
    rival_month: int = 15
    rival_factor: float = 9.0
    rival_segments: tuple[str, ...] = ("wealth", "family")
    drift_first: float = 0.45
    """Part of the money that stays after the large transfer with which drifting begins."""
    drift_keep: float = 0.80
    """Part of the rest that stays each month."""
    drift_rate: float = 0.04
    """Factor on the number of chosen transactions while drifting."""


EFFECTS = Effects()


@dataclass(frozen=True)
class ComplaintEffects:
    """What decides whether somebody who complained stays: chances, added up. All invented."""

    base: float = 0.885
    severity: tuple[float, ...] = (0.0, -0.17, -0.36)
    anger: float = -0.06
    """For each unit of an anger that no table holds (mean 0, deviation about 1)."""
    day: float = -0.0085
    """For each day from receipt until the decision is told, up to ``longest``."""
    longest: int = 40
    call: float = 0.09
    """A named person calls and explains; nearly always in the quick lane, rarely elsewhere."""
    interim: float = 0.05
    """Word before day 15 when it takes longer than that."""
    redress: float = 0.125
    """Money paid where the complaint was upheld or partly upheld."""
    rejected: float = -0.05
    again: float = -0.10
    """Another complaint in the 90 days before."""
    returns: float = 0.07
    """Chance that somebody whose main bank was another makes it this one."""
    least: float = 0.02
    """No chance is below this, or above one minus this."""


COMPLAINT_EFFECTS = ComplaintEffects()


def segment_index(rng: Rng, index: np.ndarray) -> np.ndarray:
    """The latent segment of each customer, as a position in SEGMENTS."""
    lane = rng.lanes("segment", index)[0]
    return pick(lane, cumulate([s.share for s in SEGMENTS]))


def true_segments(seed: int = SEED, customers: int = 1500) -> pd.DataFrame:
    """The latent segment of each customer: ``customer_id``, ``segment``, ``zh``, ``en``."""
    index = np.arange(customers)
    which = segment_index(Rng(seed), index)
    return pd.DataFrame(
        {
            "customer_id": index + FIRST_ID,
            "segment": np.array(NAMES)[which],
            "zh": np.array([s.zh for s in SEGMENTS])[which],
            "en": np.array([s.en for s in SEGMENTS])[which],
        }
    )


def true_leavers(seed: int = SEED, customers: int = 1500, months: int = 24) -> pd.DataFrame:
    """Who leaves under the default policy, how and when.

    Returns:
        ``customer_id``, ``how`` (``announced``: accounts closed after a notice; ``silent``: drifted
        away and not won back) and ``month`` (first day of the month in which it happened).
    """
    # The simulator needs this module's effects.
    from casebank.data.calendar import month_start
    from casebank.data.simulator import start as begin
    from casebank.data.simulator import walk

    state = begin(seed, 0, customers)
    for after, _ in walk(state, months):
        state = after
    silent = state.drifting() & (state.left < 0)
    month = np.where(silent, state.drift, state.left)
    found = np.flatnonzero(silent | (state.left >= 0))
    days = np.array([month_start(m) for m in month[found]], dtype="datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": state.who.customer_id[found],
            "how": np.where(silent, "silent", "announced")[found],
            "month": days.astype("datetime64[s]"),
        }
    )


def true_complaint_effects(seed: int = SEED, customers: int = 1500) -> pd.DataFrame:
    """What quick handling and redress do, on the same complaints and with the same luck.

    Quick handling: all who may draw the lot of the pilot against none of them. Redress: all whose
    complaint was upheld or partly upheld against none of them. Both among those whose main bank
    Lanchuan was before.

    Returns:
        A row each for ``quick`` and ``redress``: ``complaints``, the average chance ``with`` and
        ``without``, the difference in percentage ``points``, and ``stayed_with`` and
        ``stayed_without``, the shares that this luck gives.
    """
    from dataclasses import replace

    from casebank.data.complaint_handling import handle
    from casebank.data.policy import HANDLING
    from casebank.data.simulator import run

    state, record = run(seed, 0, customers)
    rows = {}
    for name, yes, no in (("quick", "all", "none"), ("redress", "upheld", "none")):
        with_ = handle(state, record, replace(HANDLING, **{name: yes}))
        without = handle(state, record, replace(HANDLING, **{name: no}))
        mine = with_.lot.eligible if name == "quick" else with_.verdict.right
        mine = mine & with_.intake.main_before
        count = int(mine.sum())
        rows[name] = {
            "complaints": count,
            "with": float(with_.chance[mine].sum()) / count,
            "without": float(without.chance[mine].sum()) / count,
            "stayed_with": float(with_.main_after[mine].sum()) / count,
            "stayed_without": float(without.main_after[mine].sum()) / count,
        }
    out = pd.DataFrame.from_dict(rows, orient="index")
    out.insert(3, "points", 100 * (out["with"] - out["without"]))
    return out


def true_complaints(seed: int = SEED, customers: int = 1500) -> pd.DataFrame:
    """What no table holds about each complaint.

    Returns:
        ``complaint_id``, ``cause`` (also of those still open), ``also`` (a second cause mentioned
        in passing, or empty), ``anger``, ``called`` (a named person explained) and ``chance`` (that
        the bank is the main bank 90 days after).
    """
    from casebank.data.complaint_handling import handle
    from casebank.data.complaints import CAUSES
    from casebank.data.simulator import run

    handled = handle(*run(seed, 0, customers))
    words = np.array([*CAUSES, ""])
    return pd.DataFrame(
        {
            "complaint_id": handled.number,
            "cause": words[handled.cause],
            "also": words[handled.intake.also],
            "anger": handled.intake.anger,
            "called": handled.lot.called,
            "chance": handled.chance,
        }
    )


def true_spans(seed: int = SEED, customers: int = 1500) -> pd.DataFrame:
    """Where personal particulars stand in the texts: what a masking should have found.

    Returns:
        A row a span: ``complaint_id``, ``language`` (of the text), ``kind`` (mobile, id, card,
        email, name), ``start``, ``end`` (as Python slices) and ``text``.
    """
    from casebank.data.complaint_handling import handle
    from casebank.data.complaint_texts import texts
    from casebank.data.simulator import run

    state, record = run(seed, 0, customers)
    handled = handle(state, record)
    rows = []
    for number, text in zip(handled.number.tolist(), texts(state, handled), strict=True):
        for kind, zh, en in text.planted:
            for language, whole, part in (("zh", text.zh, zh), ("en", text.en, en)):
                start = whole.index(part)
                rows.append((number, language, kind, start, start + len(part), part))
    columns = ["complaint_id", "language", "kind", "start", "end", "text"]
    return pd.DataFrame(rows, columns=columns)
