"""Notebooks from their bilingual sources: read strictly, cut into editions, proved, written."""

from casebank.notebooks.make import Made, load_exercise, load_lab, make
from casebank.notebooks.source import Cell, parse, read_source

__all__ = ["Cell", "Made", "load_exercise", "load_lab", "make", "parse", "read_source"]
