from pathlib import Path

import pandas as pd
import pytest

from casebank.data import TABLES, load

DATASETS = Path(__file__).parents[3] / "datasets"


@pytest.fixture(scope="session")
def datasets() -> Path:
    return DATASETS


@pytest.fixture(scope="session")
def sample() -> dict[str, pd.DataFrame]:
    return {name: load(name, DATASETS) for name in TABLES}
