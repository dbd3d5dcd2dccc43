"""Differential verification: tests are judged a second time where no submission can reach.

:mod:`.plan` says, once for an assignment, what can be judged so; the judge and its counterpart in
the submission's kernel are in :mod:`casebank.grading.inside`; :mod:`.compare` says whether the two
judgements of a test cell differ.
"""

from casebank.grading.verify.compare import Difference, differ
from casebank.grading.verify.plan import Plan, plan

__all__ = ["Difference", "Plan", "differ", "plan"]
