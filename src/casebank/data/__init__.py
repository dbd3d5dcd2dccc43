"""Lanchuan Bank, an invented city bank: simulator, tables, and what describes them.

``simulator.step(state, actions)`` is the heart; ``make_sample`` writes the committed sample,
``make`` a bank of any size, ``load`` reads a table. ``truth`` knows what an analyst is to find out.
"""

from casebank.data.describe import GENERATOR, zip_datasets
from casebank.data.load import load
from casebank.data.sample import SAMPLE_CUSTOMERS, make, make_sample
from casebank.data.tables import TABLES
from casebank.data.truth import SEED

__all__ = [
    "GENERATOR",
    "SAMPLE_CUSTOMERS",
    "SEED",
    "TABLES",
    "load",
    "make",
    "make_sample",
    "zip_datasets",
]
