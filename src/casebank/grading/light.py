"""nbgrader without its Jupyter server, for commands that only read a course.

``import nbgrader`` loads four server extensions: seconds in which no page is made. Its modules need
none of them.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from typing import Any


def nbgrader() -> None:
    """Let nbgrader's modules be imported without what its package imports for a server.

    A process that has imported nbgrader already is left as it is.
    """
    if "nbgrader" in sys.modules:
        return
    spec = importlib.util.find_spec("nbgrader")
    if spec is None:
        return
    package: Any = importlib.util.module_from_spec(spec)
    package.__version__ = importlib.metadata.version("nbgrader")
    sys.modules["nbgrader"] = package
