"""A yearly survey of some customers: how content they say they are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from casebank.data.calendar import month_start
from casebank.data.rng import Rng
from casebank.data.simulator import State

ANSWERS = 0.2


def surveys(state: State) -> pa.Table:
    """One row an answer; the stream ``survey`` is nobody else's."""
    rng, who = Rng(state.seed), state.who
    here = (who.joined < month_start(state.month)) & (state.left < 0)
    row = np.flatnonzero(here & rng.happens("survey", who.index, ANSWERS))
    score = 1 + rng.lanes("survey-score", who.index[row])[0] * 5 // 65536
    return pa.table(
        {
            "survey_id": pa.array(who.customer_id[row] * 10 + 1),
            "customer_id": pa.array(who.customer_id[row]),
            "score": pa.array(score.astype(np.int8)),
        }
    )
