"""Figures, tables and numbers of a text, computed from files by code that runs in the build.

A *companion* is a Python file beside a chapter or in a case's ``exhibits`` folder. It registers
functions with four decorators; nothing in a text is typed that one of them can compute::

    from casebank.exhibits import Bi, figure, table, values

    @values
    def numbers(data):
        return {"n": len(data.table("customers"))}

    @table("tiers", title=Bi(zh="…", en="…"), source=Bi(zh="…", en="…"), exhibit=2)
    def tiers(data, lang):
        return frame  # columns and cells as they are to be shown

    @figure("pyramid", title=Bi(…), alt=Bi(…), source=Bi(…))
    def pyramid(data, lang):
        return fig  # a matplotlib Figure

    @tool("rates", title=Bi(…))
    def rates(data, lang):
        return {"html": "<table>…", "data": {…}}  # and the program NN-slug.rates.js beside it

``load`` gives the results, computed once for each state of companion, data, code and lock file.
"""

from casebank.exhibits.registry import figure, table, tool, values
from casebank.exhibits.results import Exhibits, Item, load
from casebank.exhibits.show import show
from casebank.lang import Bi

__all__ = ["Bi", "Exhibits", "Item", "figure", "load", "show", "table", "tool", "values"]
