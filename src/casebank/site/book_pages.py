"""The book's pages as MyST Markdown: a text, and before and after it what its record says."""

from __future__ import annotations

import re
from html import escape

from casebank.errors import ContentError
from casebank.records import Chapter, Lab, named
from casebank.site.pieces import buttons, fact_list, run_place
from casebank.site.shell import Shell
from casebank.site.strings import text
from casebank.site.tree import Node
from casebank.text import expand, source_list
from casebank.text.expand import inline_maker

WORDS: dict[str, dict[str, str]] = {
    "asks": {"zh": "本章要回答", "en": "Questions of this chapter"},
    "can": {"zh": "读完以后，你能", "en": "After it you can"},
    "lab_can": {"zh": "做完以后，你能", "en": "After it you can"},
    "keypoints": {"zh": "要点", "en": "Key points"},
    "go_on": {"zh": "接着做什么", "en": "Where to go on"},
    "colon": {"zh": "：", "en": ": "},
    "comma": {"zh": "、", "en": ", "},
    "tables_used": {"zh": "数据表", "en": "Tables"},
    "get_notebook": {"zh": "下载笔记本", "en": "Download the notebook"},
    "get_data": {"zh": "下载数据", "en": "Download the data"},
    "of_chapter": {"zh": "属于", "en": "Belongs to"},
    "chapters": {"zh": "章与实验", "en": "Chapters and labs"},
    "in_minutes": {"zh": "{n} 分钟", "en": "{n} minutes"},
}


#: Sphinx makes an id from the words of a title; this one is the same in both languages.
TITLE = "{#title}\n"


def word(key: str, lang: str, **values: object) -> str:
    """One of the words of a page, with its values filled in."""
    return WORDS[key][lang].format(**values)


def heading(title: str, ident: str) -> str:
    """A section's heading with its id, as MyST reads it."""
    return f"{{#{ident}}}\n## {title}"


class BookWriter:
    """Writes the pages of one language's book."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.course = shell.course
        self.repo = shell.course.repo
        self.lang = shell.lang

    def _node(self, address: str) -> Node:
        node = self.shell.node(address)
        assert node is not None, address
        return node

    def _read(self, chapter: Chapter, suffix: str) -> tuple[str, str]:
        path = chapter.path.parent / f"{chapter.stem}{suffix}.{self.lang}.md"
        where = self.repo.relative(path)
        if not path.is_file():
            raise ContentError("the text is missing", where, "write it")
        return path.read_text(encoding="utf-8"), where

    def _list(self, items: list[str], node: Node) -> str:
        inline = inline_maker(self.shell, node, "myst")
        lines = "".join(f"<li>{inline(escape(item, quote=False))}</li>" for item in items)
        return f"<ul>{lines}</ul>"

    def _goals(self, sides: list[tuple[str, list[str]]], node: Node) -> str:
        """What a reader may expect, one list beside the other."""
        boxes = "".join(
            f"<div><p>{escape(title, quote=False)}</p>{self._list(items, node)}</div>"
            for title, items in sides
        )
        return f'<div class="cb-goals">{boxes}</div>'

    def _links(self, record: Chapter | Lab, kinds: tuple[str, ...], node: Node) -> str:
        colon, lang = word("colon", self.lang), self.lang
        lines = []
        for kind in kinds:
            names = [record.id] if kind == "card" else named(record, kind)
            if kind == "card" and not self.shell.node(f"book/chapters/{record.path.stem}-card/"):
                continue
            for name in names:
                lines.append(f"- {text(kind, lang)}{colon}{{{{link:{kind}:{name}}}}}")
        return expand(
            "\n".join(lines), self.shell, node, "myst", file=self.repo.relative(record.path)
        )

    # ---- chapters and cards --------------------------------------------------------------------

    def chapter(self, chapter: Chapter) -> str:
        """A chapter: what it asks, its text, key points, where to go on, further reading."""
        lang = self.lang
        node = self._node(f"book/chapters/{chapter.stem}/")
        source, where = self._read(chapter, "")
        links = self._links(chapter, ("lab", "exercise", "case", "card"), node)
        said = [
            text(f"level_{chapter.level}", lang),
            word("in_minutes", lang, n=chapter.minutes),
        ]
        parts = [
            f"{TITLE}# {chapter.title[lang]}",
            f'<p class="cb-lead">{escape(chapter.description[lang], quote=False)}</p>',
            fact_list(said),
            self._goals(
                [
                    (word("asks", lang), [q[lang] for q in chapter.questions]),
                    (word("can", lang), [o[lang] for o in chapter.objectives]),
                ],
                node,
            ),
            expand(source, self.shell, node, "myst", file=where),
            heading(word("keypoints", lang), "keypoints"),
            self._list([k[lang] for k in chapter.keypoints], node),
            f"{heading(word('go_on', lang), 'go-on')}\n\n{links}" if links else "",
            source_list(source, self.shell, node, "myst", everything=True),
        ]
        return _join(parts)

    def card(self, chapter: Chapter) -> str:
        """The page to print."""
        node = self._node(f"book/chapters/{chapter.stem}-card/")
        source, where = self._read(chapter, ".card")
        title = text("card_of", self.lang, title=chapter.title[self.lang])
        body = expand(source, self.shell, node, "myst", file=where)
        return _join([f"{TITLE}# {title}", body, source_list(source, self.shell, node, "myst")])

    # ---- labs ----------------------------------------------------------------------------------

    def lab_head(self, lab: Lab) -> str:
        """What stands between a lab's title and its first cell."""
        lang = self.lang
        node = self._node(f"book/labs/{lab.id}/")
        up = "../" * node.address.count("/")
        said = [text(f"level_{lab.level}", lang), word("in_minutes", lang, n=lab.minutes)]
        downloads = [
            (f"{up}downloads/{lab.id}.ipynb", f"{lab.id}.ipynb", word("get_notebook", lang))
        ]
        if lab.data:
            downloads.append(
                (f"{up}downloads/datasets.zip", "datasets.zip", word("get_data", lang))
            )
        tables = word("comma", lang).join(
            f'<a href="{up}datasets/{name}/">{escape(self._table(name))}</a>' for name in lab.data
        )
        where = self.repo.relative(lab.path)
        colon = word("colon", lang)
        links = []
        for label, kind in (("of_chapter", "chapter"), ("exercise", "exercise")):
            name = getattr(lab, kind)
            if name:
                shown = expand(f"{{{{link:{kind}:{name}}}}}", self.shell, node, "myst", file=where)
                said_ = word(label, lang) if label in WORDS else text(label, lang)
                links.append(f"{said_}{colon}{shown}")
        if tables:
            links.append(f"{word('tables_used', lang)}{colon}{tables}")
        lines = "".join(f"<li>{line}</li>" for line in links)
        parts = [
            f'<p class="cb-lead">{escape(lab.description[lang], quote=False)}</p>',
            fact_list(said),
            self._goals([(word("lab_can", lang), [o[lang] for o in lab.objectives])], node),
            run_place("labs", lab.id),
            buttons(downloads),
            f'<ul class="cb-with">{lines}</ul>' if links else "",
        ]
        return _join(parts)

    def _table(self, name: str) -> str:
        node = self.shell.node(f"datasets/{name}/")
        return node.title if node else name

    # ---- the opening page ----------------------------------------------------------------------

    def opening(self) -> str:
        """The book's first page: its text, then what is in it."""
        path = self.repo.book / f"index.{self.lang}.md"
        if not path.is_file():
            raise ContentError("the text is missing", self.repo.relative(path), "write it")
        node = self._node("book/")
        source = path.read_text(encoding="utf-8")
        body = expand(source, self.shell, node, "myst", file=self.repo.relative(path))
        entries = "".join(self._entry(child) for child in node.children)
        listed = (
            f"{heading(word('chapters', self.lang), 'chapters')}\n\n"
            f'<ol class="cb-contents">{entries}</ol>'
            if entries
            else ""
        )
        return _join([f"{TITLE}# {node.title}", body, listed])

    def _entry(self, node: Node) -> str:
        here = len("book/")
        below = "".join(
            f'<li><a href="{child.address[here:]}">{escape(child.label, quote=False)}</a></li>'
            for child in node.children
        )
        minutes = word("in_minutes", self.lang, n=node.record.minutes)
        return (
            f'<li><a href="{node.address[here:]}">{escape(node.title, quote=False)}</a> '
            f"<small>{minutes}</small>"
            f"<p>{escape(node.description, quote=False)}</p>{f'<ul>{below}</ul>' if below else ''}"
            "</li>"
        )


def _join(parts: list[str]) -> str:
    joined = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return re.sub(r"\n{3,}", "\n\n", joined) + "\n"
