"""Submissions that attack: none gets out, none gets points by it, no neighbour notices."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import hostile
from hostile import HONEST, Attack, Outcome

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]
ATTACKS = hostile.attacks()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """All attacks and their honest neighbours, graded in one run."""
    yield hostile.run(tmp_path_factory.mktemp("hostile"), ATTACKS)


def test_enough_attacks() -> None:
    """Are there as many attacks and kinds as were promised?"""
    assert len(ATTACKS) >= 50
    assert len({attack.kind for attack in ATTACKS}) >= 16


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(outcome: Outcome, attack: Attack) -> None:
    """Does an attack find nothing, change nothing, and get no points for what it does not solve?"""
    assert not outcome.verdict(attack).problems, outcome.fates[attack.name].line


@pytest.mark.parametrize("name", HONEST)
def test_neighbour(outcome: Outcome, name: str) -> None:
    """Does an honest neighbour fare as alone?"""
    assert not outcome.neighbour(name)


def test_nothing_is_left(outcome: Outcome) -> None:
    """Is no process, file, folder or open handle left behind?"""
    assert not outcome.processes
    assert not outcome.leftovers
    assert outcome.files < 4 * len(outcome.fates), "open files for each submission"


def test_nobody_got_through(outcome: Outcome) -> None:
    """Did no message reach a socket of this machine?"""
    assert not outcome.arrived


def test_rows_of_others(outcome: Outcome) -> None:
    """Are the rows of somebody who was graded by a person left as they were?"""
    before, after = outcome.stranger
    assert before == after
