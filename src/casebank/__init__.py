"""Casebank: a training and case-study platform on customer relationship management in banks."""

__version__ = "0.1.1"
#: The day of this release.
__released__ = "2026-11-30"
