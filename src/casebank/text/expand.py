"""From our markup to plain Markdown, construct by construct."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from casebank.errors import ContentError, nearest
from casebank.text import figures, numbers
from casebank.text.formulas import formulas
from casebank.text.page import Context, Frame, PageNode, Target
from casebank.text.quiz import quiz

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ \t]*$", re.M | re.S)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_MARK = re.compile(r"\{\{\s*(\w+)(?::([^{}]*?))?\s*\}\}")
_CITE = re.compile(r"\[@([^\]\n]+)\]")
_HEADING = re.compile(r"^(#{2,6})[ \t]+(.*?)[ \t]*(?:\{#([^}\s]*)\})?[ \t]*$", re.M)
_OPEN = re.compile(r'^:::+[ \t]*(?P<kind>[\w-]+)(?:[ \t]+"(?P<title>[^"\n]*)")?[ \t]*$')
_CLOSE = re.compile(r"^:::+[ \t]*$")
_HELD = "\x00{}\x00"
_HELD_BACK = re.compile("\x00(\\d+)\x00")

CALLOUTS = ("note", "tip", "warning", "example", "question", "key")
MARKS = ("value", "figure", "table", "tool", "exhibit", "term", "link", "download", "quiz")
TITLES = {
    "note": {"zh": "说明", "en": "Note"},
    "tip": {"zh": "提示", "en": "Tip"},
    "warning": {"zh": "当心", "en": "Take care"},
    "example": {"zh": "例", "en": "Example"},
    "question": {"zh": "想一想", "en": "Question"},
    "key": {"zh": "要点", "en": "Key point"},
}
SOURCES = {
    "case": {"zh": "资料来源", "en": "Sources"},
    "chapter": {"zh": "延伸阅读", "en": "Further reading"},
    "seen": {"zh": "核对于 {}", "en": "checked {}"},
    "cite": {"zh": "来源 {}", "en": "source {}"},
}


class _Holder:
    """Keeps pieces that no later step may touch, and puts them back at the end."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def hold(self, text: str) -> str:
        self.pieces.append(text)
        return _HELD.format(len(self.pieces) - 1)

    def give_back(self, text: str) -> str:
        while _HELD_BACK.search(text):
            text = _HELD_BACK.sub(lambda m: self.pieces[int(m[1])], text)
        return text


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def cited(source: str) -> list[str]:
    """Ids that a text cites, in the order of their first mention."""
    bare = _FENCE.sub("", source)
    found = [one.strip().lstrip("@") for m in _CITE.finditer(bare) for one in m[1].split(";")]
    return list(dict.fromkeys(found))


class _Expander:
    """Expands one text of one page."""

    def __init__(self, source: str, ctx: Context) -> None:
        self.source = source.replace("\r\n", "\n")
        self.ctx = ctx
        self.held = _Holder()
        self.order = cited(self.source)
        self._asked = 0

    def run(self) -> str:
        # Code first: what stands in it is shown as it is. Line numbers stay true for messages,
        # since a held piece leaves as many line feeds as it had.
        text = _FENCE.sub(self._keep_lines, self.source)
        text = _CODE.sub(lambda m: self.held.hold(m[0]), text)
        text = self._callouts(text)
        text = _HEADING.sub(lambda m: self._heading(m, text), text)
        text = _MARK.sub(lambda m: self._mark(m, text), text)
        text = _CITE.sub(lambda m: self._cite(m, text), text)
        text = self._formulas(text)
        if "{{" in text:
            raise self.ctx.fault(
                "'{{' without its '}}'", _line(text, text.index("{{")), "close the mark"
            )
        text = text.replace("\x01", "")
        if self.ctx.target == "mkdocs":
            text = _breathe(text)
        return self.held.give_back(text)

    def inline(self, text: str) -> str:
        """A line of markup inside HTML: values, terms, emphasis, code."""
        text = _CODE.sub(lambda m: self.held.hold(f"<code>{m[2]}</code>"), text)
        text = _MARK.sub(lambda m: self._mark(m, text), text)
        text = _CITE.sub(lambda m: self._cite(m, text), text)
        text = formulas(text)
        text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
        text = re.sub(r"(?<!\*)\*([^*\n]+)\*(?!\*)", r"<em>\1</em>", text)
        text = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', text)
        return self.held.give_back(text)

    def _keep_lines(self, match: re.Match[str]) -> str:
        return self.held.hold(match[0]) + "\x01\n" * match[0].count("\n")

    def _formulas(self, text: str) -> str:
        try:
            return formulas(text)
        except ContentError as error:
            raise self.ctx.fault(error.what, int(error.where), error.todo) from None

    # ---- blocks ------------------------------------------------------------------------------

    def _callouts(self, text: str) -> str:
        out: list[str] = []
        opened: list[int] = []
        for number, line in enumerate(text.split("\n"), 1):
            start = _OPEN.match(line)
            if start:
                kind = start["kind"]
                if kind not in CALLOUTS:
                    raise self.ctx.fault(
                        f"unknown call-out '{kind}'", number, nearest(kind, CALLOUTS)
                    )
                title = start["title"] or TITLES[kind][self.ctx.lang]
                opened.append(number)
                out.append(self._open(kind, title))
            elif _CLOSE.match(line):
                if not opened:
                    raise self.ctx.fault("':::' closes a call-out that is not open", number)
                opened.pop()
                out.append("</div>" if self.ctx.target == "mkdocs" else "::::")
            elif line.startswith(":::"):
                raise self.ctx.fault(
                    f"this call-out cannot be read: {line}", number, 'write ::: note "Title"'
                )
            else:
                out.append(line)
        if opened:
            raise self.ctx.fault("a call-out is never closed", opened[-1], "close it with ':::'")
        return "\n".join(out)

    def _open(self, kind: str, title: str) -> str:
        # One line in, one line out, so that line numbers stay true.
        if self.ctx.target == "mkdocs":
            head = f'<p class="admonition-title">{escape(title, quote=False)}</p>'
            return f'<div class="admonition {kind}" markdown="1">{self.held.hold(head)}\x02'
        return self.held.hold(f"::::{{admonition}} {title}\n:class: {kind}")

    def _heading(self, match: re.Match[str], text: str) -> str:
        hashes, words, ident = match[1], match[2], match[3]
        line = _line(text, match.start())
        if len(hashes) == 2 and not ident:
            raise self.ctx.fault(
                f"the heading '{words}' has no id", line, "add {#id}, the same in both languages"
            )
        if ident and not re.fullmatch(r"[a-z][a-z0-9-]*", ident):
            raise self.ctx.fault(
                f"'{ident}' is no id", line, "use small letters, digits and hyphens"
            )
        if not ident:
            return match[0]
        if self.ctx.target == "mkdocs":
            return f"{hashes} {words} {{#{ident}}}"
        return self.held.hold(f"{{#{ident}}}\n") + f"{hashes} {words}"

    # ---- marks -------------------------------------------------------------------------------

    def _mark(self, match: re.Match[str], text: str) -> str:
        kind, rest = match[1], (match[2] or "").strip()
        line = _line(text, match.start())
        if kind not in MARKS:
            raise self.ctx.fault(f"unknown mark '{kind}'", line, nearest(kind, MARKS))
        try:
            return getattr(self, f"_{kind}")(rest, line)
        except ContentError as error:
            # A companion that fails has said where.
            if error.where:
                raise
            raise self.ctx.fault(error.what, line, error.todo) from None

    def _value(self, rest: str, line: int) -> str:
        name, *formats = rest.split("|")
        if not self.ctx.may_show(name):
            raise self.ctx.fault(f"the value '{name}' is for the teaching note alone", line)
        return numbers.say(self.ctx.exhibits.value(name.strip()), [f.strip() for f in formats])

    def _shown(self, kind: str, name: str, line: int) -> str:
        if not self.ctx.may_show(name):
            raise self.ctx.fault(f"'{name}' is for the teaching note alone", line)
        item = self.ctx.exhibits.item(kind, name)
        draw = {"figure": figures.figure, "table": figures.table, "tool": figures.tool}[kind]
        return "\n" + self.held.hold(draw(item, self.ctx, self.inline)) + "\n"

    def _figure(self, rest: str, line: int) -> str:
        return self._shown("figure", rest, line)

    def _table(self, rest: str, line: int) -> str:
        return self._shown("table", rest, line)

    def _tool(self, rest: str, line: int) -> str:
        return self._shown("tool", rest, line)

    def _exhibit(self, rest: str, line: int) -> str:
        name, _, shown = rest.partition("|")
        items = self.ctx.exhibits.items
        if name not in items:
            raise self.ctx.fault(f"there is no exhibit '{name}'", line, nearest(name, items))
        item = items[name]
        if not item.exhibit and not shown:
            raise self.ctx.fault(f"'{name}' has no number", line, "give it exhibit=N, or a |text")
        # An epilogue or a note calls what stands in the case.
        home = "" if self.ctx.page.kind not in ("epilogue", "note") else "../"
        words = shown or figures.label(item, self.ctx.lang)
        return f'<a href="{home}#{figures.anchor(item)}">{words}</a>'

    def _term(self, rest: str, line: int) -> str:
        name, _, shown = rest.partition("|")
        terms = self.ctx.course.terms
        if name not in terms:
            raise self.ctx.fault(f"the glossary has no term '{name}'", line, nearest(name, terms))
        term, lang = terms[name], self.ctx.lang
        words = shown or term.get(lang)
        html = (
            f'<a class="cb-term" href="{self.ctx.up("glossary/")}#{name}" '
            f'data-def="{escape(term.definition[lang])}">{escape(words, quote=False)}</a>'
        )
        # A bar would end the cell of a table.
        return self.held.hold(html.replace("|", "&#124;"))

    def _link(self, rest: str, line: int) -> str:
        target, _, shown = rest.partition("|")
        target, _, place = target.partition("#")
        kind, _, name = target.partition(":")
        address, title = self.ctx.link(kind.strip(), name.strip(), line)
        anchor = f"#{place}" if place else ""
        href = self.held.hold(f"{self.ctx.up(address)}{anchor}")
        return f'<a href="{href}">{shown or escape(title, quote=False)}</a>'

    def _download(self, rest: str, line: int) -> str:
        name, _, shown = rest.partition("|")
        name = name.strip()
        if not re.fullmatch(r"[\w.-]+", name):
            raise self.ctx.fault(f"'{name}' is no file name", line)
        return f'<a href="{self.ctx.up(f"downloads/{name}")}" download>{shown or name}</a>'

    def _quiz(self, rest: str, line: int) -> str:
        course = self.ctx.course
        if rest:
            if rest not in course.questions:
                raise self.ctx.fault(
                    f"there is no question '{rest}'", line, nearest(rest, course.questions)
                )
            wanted = [course.questions[rest]]
        else:
            wanted = course.of_chapter(getattr(self.ctx.page.record, "id", ""))
            if not wanted:
                raise self.ctx.fault("this page's chapter has no questions", line)
        forms = []
        for question in wanted:
            self._asked += 1
            forms.append(quiz(question, self._asked, self.ctx.lang, self.inline))
        return "\n" + self.held.hold("\n\n".join(forms)) + "\n"

    # ---- citations ---------------------------------------------------------------------------

    def _cite(self, match: re.Match[str], text: str) -> str:
        line = _line(text, match.start())
        links = []
        for one in match[1].split(";"):
            name = one.strip().lstrip("@")
            if name not in self.ctx.sources:
                raise self.ctx.fault(
                    f"the source '{name}' is not in the record",
                    line,
                    nearest(name, self.ctx.sources) if self.ctx.sources else "add it there",
                )
            number = self.order.index(name) + 1 if name in self.order else name
            words = SOURCES["cite"][self.ctx.lang].format(number)
            links.append(f'<a href="#source-{name}" aria-label="{words}">{number}</a>')
        return self.held.hold(f'<sup class="cb-cite">{", ".join(links)}</sup>')


def _breathe(text: str) -> str:
    """Blank lines where Python-Markdown needs them: before lists and tables, around HTML blocks."""
    text = text.replace("\x02", "\n\n")
    out: list[str] = []
    listing = re.compile(r"^\s*([-*+]|\d+[.)])\s+")
    for line in text.split("\n"):
        before = out[-1] if out else ""
        starts_list = listing.match(line) and not listing.match(before)
        starts_table = line.lstrip().startswith("|") and not before.lstrip().startswith("|")
        inside = before.startswith((" ", "\t")) or not before.strip()
        if (starts_list or starts_table) and not inside:
            out.append("")
        if line.strip() == "</div>" and before.strip():
            out.append("")
        out.append(line)
        if line.strip() == "</div>":
            out.append("")
    return "\n".join(out)


def expand(
    source: str,
    frame: Frame,
    page: PageNode,
    target: Target = "mkdocs",
    *,
    file: str | None = None,
) -> str:
    """Turn a text in the course's markup into Markdown for a generator.

    Args:
        source: the text.
        frame: all pages of the language and audience that is built.
        page: the page on which the text will stand.
        target: who reads the result.
        file: the name for messages; the page's own source if not given.

    Raises:
        ContentError: with file, line and the nearest right spelling.
    """
    named = file or (
        frame.course.repo.relative(page.source) if page.source else f"page '{page.address}'"
    )
    return _Expander(source, Context(frame, page, target, named)).run()


def inline_maker(frame: Frame, page: PageNode, target: Target = "mkdocs") -> Callable[[str], str]:
    """A function that turns one line of markup into HTML, for parts made from records."""
    return _Expander("", Context(frame, page, target, f"page '{page.address}'")).inline


def source_list(
    source: str,
    frame: Frame,
    page: PageNode,
    target: Target = "mkdocs",
    *,
    everything: bool = False,
) -> str:
    """The numbered list of what a text cites, as Markdown with a heading; empty if nothing.

    Args:
        source: the text, before it is expanded.
        frame: all pages of the language and audience.
        page: the page.
        target: who reads the result.
        everything: also list what is not cited (a chapter's further reading).
    """
    ctx = Context(frame, page, target, f"page '{page.address}'")
    order = [name for name in cited(source) if name in ctx.sources]
    if everything:
        order += [name for name in ctx.sources if name not in order]
    if not order:
        return ""
    items = []
    for name in order:
        entry = ctx.sources[name]
        text = entry.get(ctx.lang) if hasattr(entry, "checked") else entry.text[ctx.lang]
        words = escape(text, quote=False)
        if entry.url:
            words += f' <a href="{escape(entry.url)}">{_host(entry.url)}</a>'
        checked = getattr(entry, "checked", None)
        if checked:
            words += f" ({SOURCES['seen'][ctx.lang].format(checked.isoformat())})"
        items.append(f'<li id="source-{name}">{words}</li>')
    kind = "chapter" if page.kind == "chapter" else "case"
    title = SOURCES[kind][ctx.lang]
    ident = "reading" if kind == "chapter" else "sources"
    head = f"## {title} {{#{ident}}}" if target == "mkdocs" else f"{{#{ident}}}\n## {title}"
    return f'{head}\n\n<ol class="cb-sources">{"".join(items)}</ol>\n'


def _host(url: str) -> str:
    found = re.match(r"^(?:https?://)?(?:www\.)?([^/]+)", url)
    return escape(found[1] if found else url)
