"""What the bank does: its actions of a month, and the policy that it follows by default.

A policy is a function ``policy(state, month, rng) -> Actions``. It may look at what a bank can see
(balances, contacts, consent, notices), never at the latent segment. Another policy shifts nobody's
luck: what differs between two runs is what the policy caused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from casebank.data.rng import Rng
from casebank.data.truth import FIRST_ID

if TYPE_CHECKING:
    from casebank.data.simulator import State

WEALTHY_CENTS = 50_000_000
COMFORTABLE_CENTS = 5_000_000


@dataclass(frozen=True)
class Actions:
    """Whom the bank turns to in a month: one flag a customer and kind."""

    sales_call: np.ndarray
    retention_call: np.ndarray
    visit: np.ndarray

    @classmethod
    def none(cls, count: int) -> Actions:
        """A month in which the bank turns to nobody."""
        return cls(*(np.zeros(count, dtype=bool) for _ in range(3)))

    def also(self, kind: str, state: State, customers: Iterable[int]) -> Actions:
        """The same actions, and one more of a kind for these customers (by customer_id)."""
        flags = getattr(self, kind).copy()
        first = int(state.who.index[0])
        for customer in customers:
            place = customer - FIRST_ID - first
            if 0 <= place < len(flags):
                flags[place] = True
        return replace(self, **{kind: flags})


@dataclass(frozen=True)
class Handling:
    """How the bank handles complaints: given to ``build``, and nobody's luck changes with it."""

    quick: Literal["lot", "none", "all"] = "lot"
    """The pilot: a named person calls within two working days; by lot, for none, or for all."""
    quick_month: int = 15
    """October 2025: from then on every complaint of severity 1 or 2 gets a lot."""
    quick_share: float = 0.5
    redress: Literal["desk", "none", "upheld"] = "desk"
    """Who is paid: whom the desk thinks of, nobody, or everybody whose complaint is upheld."""
    authority_cents: int = 50_000
    """What the team may pay; more has to be approved above it, and that takes days."""
    interim: float = 0.62
    """Share of the slow complaints whose customer hears something before day 15."""


HANDLING = Handling()
"""What Lanchuan Bank did."""

Policy = Callable[["State", int, Rng], Actions]


def default_policy(state: State, month: int, rng: Rng) -> Actions:
    """What Lanchuan Bank did in these two years.

    Relationship managers see first those who came by themselves, then the others as time allows.
    The contact centre calls whoever consented and has some money. A retention call follows a
    notice, if anybody gets to it.
    """
    index, who = state.who.index, state.who
    balance = state.average_balance()
    here = state.present()
    asked = state.asked
    visit_chance = np.where(asked, 0.14, 0.012) * (who.manager > 0)
    visit = here & rng.happens("policy-visit", index, visit_chance, month)
    call_chance = np.where(balance >= COMFORTABLE_CENTS, 0.034, 0.013) + 0.02 * asked
    sales = here & who.consent & rng.happens("policy-sales", index, call_chance, month)
    notice = state.notice == month - 1
    retention = notice & here & rng.happens("policy-retention", index, 0.35, month)
    return Actions(sales_call=sales & ~visit, retention_call=retention, visit=visit)


def idle_policy(state: State, month: int, rng: Rng) -> Actions:
    """A bank that calls nobody: the yardstick for what calls achieve."""
    return Actions.none(len(state.who))
