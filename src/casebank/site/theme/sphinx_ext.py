"""Sphinx extension: gives each page of the book the same frame as a page of the portal."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment.adapters.toctree import TocTree
from sphinx.extension import Extension

from casebank.paths import Repo
from casebank.site.shell import Shell
from casebank.site.theme import ASSETS

STATIC = "_static/casebank/"
SITEMAP = "sphinx_immaterial.postprocess_html"


def _shell(app: Sphinx) -> Shell:
    # One per build: a warm process that builds again must see edited records.
    shell = getattr(app, "_casebank_shell", None)
    if shell is None:
        config = app.config
        repo = Repo(Path(config.casebank_root))
        shell = Shell.load(repo, config.casebank_audience, config.casebank_lang)
        app._casebank_shell = shell  # type: ignore[attr-defined]
    return shell


def forget(app: Sphinx) -> None:
    """Drop what was read from the records, before a warm application builds again."""
    app._casebank_shell = None  # type: ignore[attr-defined]


def _entries(node: nodes.Node) -> list[dict[str, Any]]:
    """A docutils list of links as the plain list that the templates read."""
    found = []
    for item in node.children:
        if isinstance(item, nodes.list_item):
            link = next(iter(item.findall(nodes.reference)), None)
            below = next((c for c in item.children if isinstance(c, nodes.bullet_list)), None)
            if link is not None:
                url = link.get("anchorname") or "#"
                children = _entries(below) if below is not None else []
                found.append({"title": link.astext(), "url": url, "children": children})
    return found


def _contents(app: Sphinx, pagename: str) -> list[dict[str, Any]]:
    """What stands on the page. The theme's own list misses pages below a caption."""
    if pagename not in app.env.tocs:
        return []
    tree = TocTree(app.env).get_toc_for(pagename, app.builder)
    entries = _entries(tree)
    return entries[0]["children"] if len(entries) == 1 else entries


def _page_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    address = "book/" if pagename == "index" else f"book/{pagename}/"
    frame = _shell(app).page(address)
    if app.config.casebank_standalone:
        frame["assets"] = context["pathto"](STATIC, 1)
    context["cb"] = frame
    context["cb_toc"] = _contents(app, pagename)


def _finished(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.config.casebank_standalone:
        from casebank.site.styles import write_assets

        target = Path(app.outdir) / STATIC
        shutil.rmtree(target, ignore_errors=True)
        write_assets(target)
    forget(app)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the configuration values and events; stands before the theme in ``extensions``."""
    # This part of the theme writes a sitemap, which we do not want, and for it starts a process
    # that outlives a Ctrl-C. An extension that is known already is not set up.
    app.extensions.setdefault(SITEMAP, Extension(SITEMAP, None, parallel_read_safe=True))
    app.add_config_value("casebank_root", "", "html", str)
    app.add_config_value("casebank_audience", "trainee", "html", str)
    app.add_config_value("casebank_lang", "zh", "html", str)
    app.add_config_value("casebank_standalone", False, "html", bool)
    app.connect("html-page-context", _page_context, priority=900)
    app.connect("build-finished", _finished)
    return {"parallel_read_safe": True, "parallel_write_safe": False}


__all__ = ["ASSETS", "forget", "setup"]
