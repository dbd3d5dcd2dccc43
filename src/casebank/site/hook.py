"""MkDocs hook: makes the portal of one language from the records and the pages of ``docs/``.

MkDocs calls these functions by name. It finds no page by itself: every page is a node of the
site's tree, so navigation, titles and addresses follow from the records, and a teaching note cannot
enter a trainee's site, because that tree does not know it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from casebank.errors import CasebankError
from casebank.lang import AUDIENCES, HTML_LANG, LANGS
from casebank.paths import Repo
from casebank.site import pages, styles
from casebank.site.shell import Shell
from casebank.site.theme import ASSETS, SHARED
from casebank.site.tree import Node
from casebank.spent import Lap
from casebank.text import place

BOOK_KINDS = {"book", "chapter", "card", "lab"}
#: Folders whose files make pages; ``mkdocs serve`` looks at them too.
WATCHED = ("book", "cases", "exercises", "datasets", "docs", "src/casebank/site")


LAP = Lap("portal page")


class Portal:
    """What one build of the portal knows; MkDocs keeps a hook's module, so it is made anew."""

    command = "build"
    shell: Shell | None = None
    nodes: dict[str, Node] = {}  # noqa: RUF012 - replaced whole by every build
    writer: pages.Writer | None = None


def _choice(name: str, known: tuple[str, ...]) -> str:
    value = os.environ.get(name) or known[0]
    if value not in known:
        raise PluginError(f"{name}={value} is unknown, use {' or '.join(known)}")
    return value


def _in_build(config: MkDocsConfig) -> bool:
    """Whether ``casebank build`` calls, which wants the errors as they are."""
    return bool(config.extra.get("casebank"))


def on_startup(command: str, dirty: bool) -> None:
    """Note whether MkDocs builds or serves."""
    Portal.command = command


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set language and audience; add the folder of the shared frame."""
    given = config.extra.get("casebank", {})
    lang = given.get("lang") or _choice("CASEBANK_LANG", LANGS)
    audience = given.get("audience") or _choice("CASEBANK_AUDIENCE", AUDIENCES)
    repo = Repo(Path(config.config_file_path).parent)
    try:
        Portal.shell = Shell.load(repo, audience, lang)
        Portal.writer = pages.Writer(Portal.shell)
    except CasebankError as error:
        if _in_build(config):
            raise
        raise PluginError(error.sentence()) from None
    if str(SHARED) not in config.theme.dirs:
        config.theme.dirs.insert(1, str(SHARED))
    config.theme.static_templates = set()
    config.theme["language"] = "zh" if lang == "zh" else "en"
    config.extra["html_lang"] = HTML_LANG[lang]
    if not given and Portal.command == "build":
        config.site_dir = str(Path(config.site_dir) / lang)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Replace what MkDocs found by the pages of the tree."""
    shell = Portal.shell
    assert shell is not None
    for file in list(files):
        # Theme assets are replaced by ours; texts of docs/ come back under their own address.
        if file.is_documentation_page() or file.src_uri.startswith("assets/"):
            files.remove(file)
    Portal.nodes = {}
    for node in shell.nodes():
        if node.kind in BOOK_KINDS:
            continue
        uri = f"{node.address}index.md"
        Portal.nodes[uri] = node
        if node.source is not None:
            files.append(File.generated(config, uri, abs_src_path=str(node.source)))
        else:
            files.append(File.generated(config, uri, content=""))
    if not _in_build(config):
        files.append(File.generated(config, f"assets/{styles.SHEET}", content=styles.whole()))
        for path in sorted(ASSETS.iterdir()):
            if path.suffix in (".js", ".svg", ".woff2"):
                files.append(File.generated(config, f"assets/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Write the page's text from its source and its record."""
    node, writer = Portal.nodes[page.file.src_uri], Portal.writer
    assert writer is not None
    LAP.at(node.address)
    try:
        return writer.markdown(node)
    except CasebankError as error:
        if _in_build(config):
            raise
        raise PluginError(error.sentence()) from None


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> Any:
    """Give the template the page's frame."""
    LAP.at(Portal.nodes[page.file.src_uri].address)
    assert Portal.shell is not None
    context["cb"] = Portal.shell.page(Portal.nodes[page.file.src_uri].address)
    return context


def on_post_build(config: MkDocsConfig) -> None:
    """Put the drawings of the cases beside the pages, when MkDocs runs by itself."""
    LAP.at("")
    shell = Portal.shell
    if shell is not None and not _in_build(config):
        place(shell.course, shell.lang, shell.audience, Path(config.site_dir) / "figures")


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
    """Watch every folder that pages come from."""
    root = Path(config.config_file_path).parent
    for name in WATCHED:
        if (root / name).is_dir():
            server.watch(str(root / name))
    return server
