"""The pages around the notebooks: the door, My work, and a work page for each notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from casebank.files import write_text
from casebank.lang import HTML_LANG, LANGS
from casebank.lite import words
from casebank.lite.model import Cost, Notebook
from casebank.lite.reading import reading_copy
from casebank.records import Course
from casebank.site import root
from casebank.site.compose import stamp, stamped
from casebank.site.finish import finish
from casebank.site.policy import META
from casebank.site.search import Twins
from casebank.site.shell import Shell
from casebank.site.theme import MKDOCS, SHARED
from casebank.site.tree import Node

FOLDER = "lite"
#: Where the page that tells of a notebook lies, below the language's folder.
ABOUT = {"labs": "book/labs/{slug}/", "exercises": "exercises/{slug}/"}


@cache
def _template() -> Any:
    loader = FileSystemLoader([str(SHARED), str(MKDOCS)])
    return Environment(loader=loader, autoescape=False).get_template("lite.html")


def _data(name: str, value: Any) -> str:
    """JSON for a script, safe inside HTML."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _frame(shell: Shell, about: str, place: str, title: str, description: str) -> dict[str, Any]:
    """The frame of a page that lies outside the language's folder, at ``lite/<place>``."""
    up = "../" * (place.count("/") + 1)
    lang = shell.lang
    frame = shell.page(about, home=f"{up}{lang}/")
    node: Node | None = shell.node(about)
    twin = frame["other"]
    rest = place.split("/", 1)[1]

    def there(one: str) -> str:
        return f"{up}{FOLDER}/{one}/{rest}"

    crumbs = frame["crumbs"] or [{"title": frame["t"]["home"], "href": frame["home"]}]
    if node is not None and about:
        crumbs = [*crumbs, {"title": node.title, "href": f"{up}{lang}/{about}"}]
    tabs = [tab | {"open": tab["open"] and bool(about), "here": False} for tab in frame["tabs"]]
    return frame | {
        "title": title,
        "head_title": f"{title} - {frame['site_name']}",
        "description": description,
        "kind": "lite",
        "label": "",
        "self": there(lang),
        "twin": there(twin),
        "alternates": [
            {"lang": HTML_LANG["zh"], "href": there("zh")},
            {"lang": HTML_LANG["en"], "href": there("en")},
            {"lang": "x-default", "href": there("en")},
        ],
        "tabs": tabs,
        "section": None,
        "crumbs": crumbs,
        "previous": None,
        "next": None,
    }


def _finished(html: str, page: Path, lang: str, mark: str) -> str:
    charset = '<meta charset="utf-8">'
    done = finish(html.replace(charset, charset + META, 1), page, Twins([], lang))
    # The search finds the pages that tell of a notebook, not the places where it is run.
    return stamped(done.replace(" data-pagefind-body", ""), mark)


class _Writer:
    """Writes the pages of one language."""

    def __init__(self, course: Course, lang: str, audience: str, cost: Cost, assets: str) -> None:
        self.lang = lang
        self.cost = cost
        self.assets = assets
        self.shell = Shell(course, audience, lang)

    def _w(self, key: str, **values: object) -> str:
        return words.word(key, self.lang, **values)

    def _render(self, frame: dict[str, Any], content: str, script: str, depth: int) -> str:
        own = "../" * depth + self.assets
        return _template().render(
            cb=frame,
            content=content,
            style=f"{own}/work.css",
            first=f"{own}/first.js" if script == "work.js" else None,
            script=f"{own}/{script}",
        )

    def _said_cost(self, key: str) -> str:
        return self._w(
            key,
            size=words.size(self.cost.download, self.lang),
            time=words.time_said(self.cost.seconds, self.lang),
        )

    def work(self, notebook: Notebook) -> str:
        """The work page of a notebook."""
        w, lang = self._w, self.lang
        about = ABOUT[notebook.kind].format(slug=notebook.slug)
        exercise = notebook.kind == "exercises"
        frame = _frame(
            self.shell,
            about,
            f"{notebook.place}/",
            w("work_title", title=notebook.title),
            w("work_description", title=notebook.title),
        )
        config = {
            "path": notebook.place,
            "kind": notebook.kind,
            "slug": notebook.slug,
            "lang": lang,
            "title": notebook.title,
            "version": notebook.version,
            "manifest": "manifest.json",
            "app": f"../../notebooks/index.html?path={notebook.place}/{notebook.slug}.ipynb",
            "home": "../../",
            "words": words.script_words(words.WORK, lang),
            "frame": w("frame", title=notebook.title),
        }
        main = (
            f'<button type="button" class="cbw-do" data-do="check">{w("check")}</button>'
            f'<button type="button" class="cbw-do" data-do="handin">{w("hand_in")}</button>'
            if exercise
            else ""
        )
        rest = "".join(
            f'<li><button type="button" data-do="{name}">{w(name)}</button></li>'
            for name in ("export", "import", "reset", "update")
        )
        content = f"""<h1>{escape(notebook.title)}</h1>
<section class="cbw" id="cbw" aria-label="{w("work_area")}" data-state="start">
<noscript><p class="cbw-warn">{w("no_script")}</p></noscript>
<div class="cbw-start" hidden>
<p>{self._said_cost("start_cost")}</p>
<p><button type="button" class="cb-button cb-button--first" data-do="start">\
{w("start")}</button></p>
<p>{w("start_what")}</p>
<p>{w("start_where", link=f'<a href="../../">{w("start_where_link")}</a>')}</p>
</div>
<p class="cbw-warn" id="cbw-storage" hidden></p>
<p class="cbw-note" id="cbw-http" hidden></p>
<div class="cbw-offer" hidden></div>
<div class="cbw-loading" hidden>
<progress max="100" value="0" aria-labelledby="cbw-progress"></progress>
<p id="cbw-progress" role="status"></p>
<p class="cbw-slow" role="status"></p>
</div>
<p class="cbw-warn" id="cbw-error" role="alert" hidden></p>
<div class="cbw-ready" hidden><p role="status"></p>
<button type="button" class="cb-button cb-button--first" data-do="open"></button></div>
<div class="cbw-desk" inert>
<div class="cbw-bar" role="group" aria-label="{w("tools")}">
<b class="cbw-name">{escape(notebook.title)}</b>
{main}<button type="button" class="cbw-do" data-do="text">{w("text")}</button>
<details class="cbw-more"><summary>{w("more")}</summary><ul>{rest}
<li><a href="../../">{w("my_work")}</a></li></ul></details>
<span class="cbw-saved" role="status"></span>
</div>
<div class="cbw-told" role="status"></div>
<div class="cbw-report" hidden role="region" aria-label="{w("report")}" tabindex="-1"></div>
<div class="cbw-frame"></div>
</div>
</section>
<section class="cbw-reading" id="reading" aria-labelledby="reading-head">
<h2 id="reading-head">{w("reading")}</h2>
<p class="cbw-note">{w("reading_note")}</p>
{reading_copy(notebook)}
</section>
<dialog class="cbw-dialog" aria-labelledby="cbw-dialog-head"></dialog>
<input type="file" id="cbw-file" class="cb-hidden" accept=".ipynb,.zip" tabindex="-1" \
aria-label="{w("import")}">
{_data("cbw-config", config)}"""
        return self._render(frame, content, "work.js", 3)

    def home(self, notebooks: list[Notebook]) -> str:
        """My work: where it lies, what there is, copies, backup."""
        w, lang = self._w, self.lang
        frame = _frame(self.shell, "", f"{lang}/", w("my_work_title"), w("my_work_description"))
        known = {
            one.place: {"title": one.title, "version": one.version, "kind": one.kind}
            for one in notebooks
        }
        shelves = ""
        for kind in ("labs", "exercises"):
            items = "".join(
                f'<li><a href="{kind}/{one.slug}/">{escape(one.title)}</a></li>'
                for one in notebooks
                if one.kind == kind
            )
            if items:
                shelves += f"<h3>{w(kind)}</h3><ul>{items}</ul>"
        config = {"lang": lang, "known": known, "words": words.script_words(words.HOME, lang)}
        content = f"""<h1>{w("my_work_title")}</h1>
<noscript><p class="cbw-warn">{w("no_script")}</p></noscript>
<div class="cbw-told" role="status"></div>
<h2 id="works">{w("works")}</h2>
<div id="cbw-works"><p>{w("none_yet")}</p></div>
<h2 id="safe">{w("state_head")}</h2>
<div id="cbw-state"></div>
<p class="cbw-note" id="cbw-http" hidden></p>
<h2 id="where">{w("where_head")}</h2>
<ul>{"".join(f"<li>{w(f'where_{number}')}</li>" for number in range(1, 5))}</ul>
<h2 id="backup">{w("backup")}</h2>
<p>{w("backup_note")}</p>
<p class="cbw-row"><button type="button" class="cb-button" data-do="export-all">\
{w("export_all")}</button>
<button type="button" class="cb-button" data-do="import-all">{w("import_all")}</button>
<button type="button" class="cbw-plain" data-do="clear-all">{w("clear_all")}</button></p>
<h2 id="copies">{w("copies")}</h2>
<p>{w("copies_note")}</p>
<div id="cbw-copies"><p>{w("no_copies")}</p></div>
<h2 id="all">{w("all_of_them")}</h2>
{shelves}
<dialog class="cbw-dialog" aria-labelledby="cbw-dialog-head"></dialog>
<input type="file" id="cbw-file" class="cb-hidden" accept=".zip" tabindex="-1" \
aria-label="{w("import_all")}">
{_data("cbw-config", config)}"""
        return self._render(frame, content, "home.js", 1)


def write(
    course: Course,
    out: Path,
    notebooks: Iterable[Notebook],
    cost: Cost,
    assets: str,
    *,
    audience: str = "trainee",
    first: str = "zh",
) -> list[str]:
    """Write the door, My work in each language, and a work page for each notebook.

    Args:
        course: the records.
        out: the site's folder; its own ``assets/`` are there already.
        notebooks: all that can be run, of all languages.
        cost: what a first start asks.
        assets: the folder in ``/lite/`` that holds the scripts, such as ``assets-0a1b2c3d4e5f``.
        audience: ``trainee`` or ``instructor``.
        first: the language of a visitor whose browser prefers neither.

    Returns:
        The pages' places in the site.
    """
    found = list(notebooks)
    mark = stamp(out / "assets")
    door = re.sub(r"((?:href|src)=\"?)assets/", r"\1../assets/", root.door(first))
    pages = {f"{FOLDER}/index.html": door}
    for lang in LANGS:
        mine = [one for one in found if one.lang == lang]
        if not mine:
            continue
        writer = _Writer(course, lang, audience, cost, assets)
        made = {f"{FOLDER}/{lang}/index.html": writer.home(mine)}
        for one in mine:
            made[f"{FOLDER}/{one.place}/index.html"] = writer.work(one)
        for name, html in made.items():
            pages[name] = _finished(html, out / name, lang, mark)
    for name, html in pages.items():
        write_text(out / name, html)
    return sorted(pages)


def run_button(place: str, lang: str, up: str, cost: Cost) -> str:
    """What stands on the page of a lab or exercise: the button and what the first start costs.

    Args:
        place: ``labs/<slug>`` or ``exercises/<slug>``.
        lang: the page's language.
        up: from the page to the site's root, such as ``../../../``.
        cost: what a first start asks.
    """
    note = words.word(
        "run_note",
        lang,
        size=words.size(cost.download, lang),
        time=words.time_said(cost.seconds, lang),
    )
    return (
        f'<div class="cb-run"><a class="cb-button cb-button--first" '
        f'href="{up}{FOLDER}/{lang}/{place}/">{words.word("run_here", lang)}</a> '
        f"<p data-pagefind-ignore>{note}{'' if lang == 'zh' else ' '}"
        f'<a href="{up}{FOLDER}/{lang}/">'
        f"{words.word('my_work', lang)}</a></p></div>"
    )
