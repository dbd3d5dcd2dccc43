"""The course's markup, turned into plain Markdown for either generator.

``expand`` is the whole of it: constructs of ours in, CommonMark and a little HTML out. MkDocs and
MyST differ in two things only (ids of headings, call-outs); all else is the same text for both.
"""

from casebank.text.expand import expand, source_list
from casebank.text.figures import place
from casebank.text.page import Frame, PageNode

__all__ = ["Frame", "PageNode", "expand", "place", "source_list"]
