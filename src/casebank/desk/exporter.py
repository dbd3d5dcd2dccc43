"""nbconvert's HTML exporter with a trainee's notebook as data, for formgrader and for feedback."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import DataTypeFilter
from nbformat import NotebookNode

from casebank.desk import ansi, code, cost
from casebank.desk.clean import clean
from casebank.desk.markdown import to_html
from casebank.desk.notebook import tidy
from casebank.desk.templates import Escaping

#: ``files/`` was the way to a notebook's folder in IPython's first years.
_FILES = re.compile(r"(src|href)=(['\"]?)/?files/")


def _without_files(text: str) -> str:
    return _FILES.sub(r"\1=\2", text)


def _highlighted(source: str, language: str | None = None, metadata: Any = None) -> str:
    magic = (metadata or {}).get("magics_language")
    return code.cell(source, language or magic or "ipython3")


@pass_context
def _markdown(context: Any, source: str) -> str:
    cell = context.get("cell") or {}
    return to_html(source, cell.get("attachments"))


class _Exporter(HTMLExporter):
    """Whatever a course's settings say, what a trainee made is cleaned."""

    export_from_notebook = None  # type: ignore[assignment]
    scripts = False

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        assert environment.loader is not None
        environment.loader = Escaping(environment.loader, scripts=self.scripts)
        environment.filters["markdown2html"] = _markdown
        environment.filters["clean_html"] = clean
        # Stock's take quadratic time for what a trainee may write.
        environment.filters["strip_files_prefix"] = _without_files
        environment.filters["ansi2html"] = ansi.to_html
        environment.filters["highlight_code"] = _highlighted
        environment.filters["filter_data_type"] = DataTypeFilter(parent=self)
        return environment

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """A page of a notebook."""
        # Stock asks these when it prints; what settings said of them before does not hold.
        self.sanitize_html, self.skip_svg_encoding, self.embed_images = True, False, False
        with cost.page():
            # HTMLExporter's own reads the whole page once more, which takes minutes for some.
            found: tuple[str, dict[str, Any]] = super(HTMLExporter, self).from_notebook_node(
                tidy(nb), self._init_resources(resources or {}), **more
            )
        return found


class FormgradeExporter(_Exporter):
    """For formgrader's page of a submission, whose own scripts run."""

    scripts = True


class FeedbackExporter(_Exporter):
    """For ``nbgrader generate_feedback``: a page that runs nothing and asks nobody."""


__all__ = ["FeedbackExporter", "FormgradeExporter"]
