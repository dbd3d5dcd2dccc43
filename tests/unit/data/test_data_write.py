"""Banks of any size: the same rows in chunks, processes and formats."""

import pandas as pd
import pytest
from frictionless import Package

from casebank.data import TABLES, make, write
from casebank.data.describe import GENERATOR
from casebank.errors import UsageError


def test_csv_is_the_same_for_every_chunk_and_process(datasets, tmp_path):
    """Are the committed files what chunks of 7 customers in two processes would give?"""
    make(tmp_path / "a", customers=60, fmt="csv", chunk=7, workers=1)
    make(tmp_path / "b", customers=60, fmt="csv", chunk=60)
    make(tmp_path / "c", customers=60, fmt="csv", chunk=31, workers=2)
    for name in TABLES:
        content = (tmp_path / "a" / f"{name}.csv").read_bytes()
        assert content == (tmp_path / "b" / f"{name}.csv").read_bytes()
        assert content == (tmp_path / "c" / f"{name}.csv").read_bytes()
        assert (datasets / f"{name}.csv").read_bytes().startswith(content)


def test_parquet_holds_the_same_rows(tmp_path):
    """Does a Parquet table say what the CSV says?"""
    make(tmp_path, customers=60, fmt="csv")
    made = make(tmp_path, customers=60, fmt="parquet", chunk=25, workers=1)
    assert [p.name for p in made] == [*(f"{t}.parquet" for t in TABLES), "datapackage.json"]
    for name in TABLES:
        rows = pd.read_parquet(tmp_path / f"{name}.parquet")
        text = pd.read_csv(tmp_path / f"{name}.csv")
        assert list(rows.columns) == list(text.columns)
        assert len(rows) == len(text)
        for column in text.select_dtypes("integer"):
            assert (rows[column] == text[column]).all()


def test_a_made_bank_is_described(tmp_path):
    """Is the package of a made bank valid too?"""
    make(tmp_path, customers=40, fmt="csv", seed=3, months=5)
    package = Package(tmp_path / "datapackage.json")
    assert package.validate().valid
    assert package.custom["generator"]["version"] == GENERATOR
    assert package.custom["as_of"] == "2024-11-30"


def test_making_again_replaces(tmp_path):
    """Does a second run leave one bank and no rubbish?"""
    for customers in (30, 20):
        make(tmp_path, customers=customers, fmt="parquet", chunk=10, workers=1, months=2)
    assert len(list((tmp_path / "customers.parquet").iterdir())) == 2
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_run_that_fails_leaves_the_old_bank(tmp_path, monkeypatch):
    """Is a half-made bank never seen?"""
    make(tmp_path, customers=20, fmt="csv", workers=1, months=2)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    calls = []

    def fail(job):
        calls.append(job)
        if len(calls) == 2:
            raise OSError("disk full")
        return original(job)

    original = write._write_chunk
    monkeypatch.setattr(write, "_write_chunk", fail)
    with pytest.raises(OSError, match="disk full"):
        make(tmp_path, customers=40, fmt="csv", chunk=20, workers=1, months=2)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "wrong", [{"customers": 0}, {"months": 0}, {"months": 100}, {"fmt": "xlsx"}, {"chunk": 0}]
)
def test_what_cannot_be_made_is_refused(tmp_path, wrong):
    """Is a wrong size, length or format refused before anything is written?"""
    with pytest.raises(UsageError):
        make(tmp_path / "new", **({"customers": 5} | wrong))
    assert not (tmp_path / "new").exists()
