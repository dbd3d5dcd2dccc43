"""Sphinx extension of the book: an id belongs to its page.

Sphinx takes the id of a heading for a label of the whole book and warns when two chapters use the
same one. Our links name page and id, so two chapters may both have ``#what-for``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


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
    return {"parallel_read_safe": True, "parallel_write_safe": True}
