"""Sphinx extension of the book: an id belongs to its page.

Sphinx takes the id of a heading for a label of the whole book and warns when two chapters use the
same one. Our links name page and id, so two chapters may both have ``#what-for``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from casebank.spent import Lap, asked


class LocalIds(SphinxTransform):
    """Runs just before Sphinx collects the labels of a page."""

    default_priority = 845

    def apply(self, **kwargs: Any) -> None:
        """Make every name of the page implicit; the ids stay."""
        for name in self.document.nametypes:
            self.document.nametypes[name] = False


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform, and a setting of an extension that Jupyter Book takes for loaded."""
    app.add_transform(LocalIds)
    app.add_config_value("comments_config", {}, "")
    if asked():
        lap = Lap("book page")
        app.connect("source-read", lambda app, name, source: lap.at(name))
        app.connect("doctree-resolved", lambda app, tree, name: lap.at(name))
        app.connect("env-updated", lambda app, env: lap.at(""))
        app.connect("build-finished", lambda app, error: lap.at(""))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
