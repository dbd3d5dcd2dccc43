"""Random numbers that depend on nothing but what they are for."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest

import casebank.data
from casebank.data.rng import Rng, cumulate, exp2, pick, poisson

EVERYBODY = np.arange(20_000)


def test_same_arguments_same_number():
    """Is a number the same, whoever else is asked for, and in whatever order?"""
    rng = Rng(1)
    all_ = rng.bits("a", EVERYBODY, 3, 1)
    some = np.array([7, 19_999, 4])
    assert (rng.bits("a", some, 3, 1) == all_[some]).all()
    assert (Rng(1).bits("a", EVERYBODY, 3, 1) == all_).all()


def test_known_numbers():
    """Do the numbers stay what they were when the committed sample was made?"""
    rng = Rng(20260630)
    assert rng.bits("golden", [0, 1], 2, 3).tolist() == GOLDEN


GOLDEN = [17015603633112560595, 9573804902639153847]


@pytest.mark.parametrize(
    "other",
    [
        lambda r: r.uniform("b", EVERYBODY, 3, 1),
        lambda r: r.uniform("a", EVERYBODY, 4, 1),
        lambda r: r.uniform("a", EVERYBODY, 3, 2),
        lambda r: r.uniform("a", EVERYBODY + 1, 3, 1),
        lambda r: Rng(2).uniform("a", EVERYBODY, 3, 1),
    ],
)
def test_neighbours_are_unrelated(other):
    """Are two numbers unrelated when one argument differs by one?"""
    rng = Rng(1)
    mine, theirs = rng.uniform("a", EVERYBODY, 3, 1), other(rng)
    assert abs(np.corrcoef(mine, theirs)[0, 1]) < 0.03
    assert (mine == theirs).mean() < 0.001


def test_uniform_is_uniform():
    """Do numbers fill the unit interval evenly, and the four lanes of a hash too?"""
    rng = Rng(5)
    samples = [rng.uniform("u", EVERYBODY), *(x / 65536 for x in rng.lanes("l", EVERYBODY))]
    for x in samples:
        counts, _ = np.histogram(x, bins=20, range=(0, 1))
        chi = ((counts - 1000) ** 2 / 1000).sum()
        assert chi < 50
    lanes = np.corrcoef(rng.lanes("l", EVERYBODY))
    assert np.abs(lanes - np.eye(4)).max() < 0.03


def test_normal_has_mean_zero_and_deviation_one():
    """Do the sums of four look normal where it matters?"""
    x = Rng(5).normal("n", EVERYBODY)
    assert abs(x.mean()) < 0.03
    assert abs(x.std() - 1) < 0.02
    assert abs((x < -1).mean() - 0.159) < 0.012
    assert np.abs(x).max() < 3.47


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.7, 3.0, 12.0])
def test_poisson(rate):
    """Do counts have the mean and the variance of a Poisson distribution?"""
    x = Rng(5).count("p", EVERYBODY, np.full(len(EVERYBODY), rate))
    assert abs(x.mean() - rate) < 0.03 * max(rate, 0.5)
    assert abs(x.var() - rate) < 0.06 * max(rate, 0.5)


def test_poisson_never_ends_up_beyond_its_limit():
    """Is a count bounded even for the last number below one?"""
    assert poisson(np.array([1 - 2**-53]), np.array([30.0]))[0] <= 50


def test_exp2_is_right():
    """Is the power from the table near the true one, and exact for whole numbers?"""
    x = np.linspace(-40, 20, 9001)
    assert np.abs(exp2(x) / np.exp2(x) - 1).max() < 1e-7
    assert exp2([-3, 0, 5]).tolist() == [0.125, 1, 32]
    assert exp2([-1e-17, -1e-300, 1e-300, 2 - 2**-52]).tolist()[:3] == [1, 1, 1]


def test_pick_follows_the_weights():
    """Are columns chosen as often as their weights say, and never at weight zero?"""
    table = cumulate([(200, 0, 800), (0, 1000, 0)])
    lane = Rng(1).lanes("x", EVERYBODY)[0]
    first = np.bincount(pick(lane, table, 0), minlength=3) / len(lane)
    assert first[1] == 0
    assert math.isclose(first[0], 0.2, abs_tol=0.012)
    assert (pick(lane, table, 1) == 1).all()


def test_weights_must_add_up():
    """Is a mix that does not add up to 1000 refused?"""
    with pytest.raises(ValueError, match="row 1 adds up to 999"):
        cumulate([(500, 500), (500, 499)])


def test_nothing_calls_functions_that_differ_between_processors():
    """Does the simulator do without exp, log, pow and running generators?"""
    banned = {"exp", "log", "log2", "log10", "power", "pow", "float_power", "random", "cbrt", "sin"}
    banned |= {"exp2", "mean", "std", "dot", "default_rng"}
    folder = Path(casebank.data.__file__).parent
    for path in folder.glob("*.py"):
        if path.name == "economics.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in banned:
                owner = getattr(node.value, "id", "")
                assert owner not in ("np", "math", "numpy"), f"{path.name}:{node.lineno}"
