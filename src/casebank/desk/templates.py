"""nbgrader's own templates, read with three changes.

Jinja prints a name in them as it is; here each is escaped. Each script of theirs gets the number
that the page's policy asks for, so no other script runs. And MathJax, which comes from another
host, stays away: formulas are MathML, and formgrader's script gets what it asks MathJax for.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound

#: ``{{ cell.metadata.nbgrader.grade_id }}`` and its like: a plain name and nothing else.
_NAME = re.compile(r"\{\{-?\s*((?:resources|cell|output|nb)(?:\.\w+)+)\s*-?\}\}")
#: ``var student_id = "{{ student_id }}";`` where a quotation mark would end the text.
_IN_SCRIPT = re.compile(r'(var \w+ = )"\{\{\s*([\w.]+)\s*\}\}"')
_SCRIPT = re.compile(r"<script(?![^>]*\bnonce=)")
_ON = re.compile(r"\bon\w+=\"([^\"]*)\"", re.I)
_MATHJAX = re.compile(r"\{\{\s*mathjax\([^)]*\)\s*\}\}")

#: What of a trainee is wider or higher than its place is cut off there, whatever it does.
_CONTAIN = (
    "<style>div.output_subarea, div.text_cell_render, div.input_area "
    "{ contain: paint; overflow-x: auto; isolation: isolate }</style>"
)
#: The only thing that formgrader's script wants of MathJax: to hear that it is ready.
_READY = (
    '<script>window.MathJax = {Hub: {Startup: {signal: {Interest: function (tell) { tell("End"); '
    "}}}, Queue: function () {}, Config: function () {}}};</script>"
)
#: A page that is opened from a file has no server to send its policy.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'\" />"
)
#: nbgrader 0.9.6 asks for it under a name that it no longer has.
_MOVED = {"formgrade_macros.tpl": "formgrade/formgrade_macros.html.j2"}


def rewrite(source: str, *, scripts: bool) -> str:
    """A template's text with every name escaped; without ``scripts`` its page runs none."""
    source = _IN_SCRIPT.sub(r"\1{{ \2 | string | tojson }}", source)
    source = _NAME.sub(r"{{ \1 | e }}", source)
    source = _MATHJAX.sub(_CONTAIN + (_READY if scripts else _POLICY), source)
    return _SCRIPT.sub('<script nonce="{{ resources.nonce if resources else nonce }}"', source)


class Escaping(BaseLoader):
    """Reads templates through :func:`rewrite`.

    Args:
        loader: where they come from.
        scripts: whether their pages may run scripts of their own.
    """

    def __init__(self, loader: BaseLoader, *, scripts: bool) -> None:
        self.loader, self.scripts = loader, scripts

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """What Jinja asks a loader for."""
        try:
            found = self.loader.get_source(environment, template)
        except TemplateNotFound:
            if template not in _MOVED:
                raise
            found = self.loader.get_source(environment, _MOVED[template])
        source, name, fresh = found
        if template.endswith((".css", ".js")):
            return found
        return rewrite(source, scripts=self.scripts), name, fresh

    def list_templates(self) -> list[str]:
        """Their names."""
        return self.loader.list_templates()


@functools.cache
def handlers(folder: str) -> str:
    """For a policy: the digests of what templates write into attributes such as ``onclick``."""
    words = {
        handler
        for pattern in ("*.tpl", "*.j2")
        for path in sorted(Path(folder).rglob(pattern))
        for handler in _ON.findall(path.read_text(encoding="utf-8"))
    }
    digests = (hashlib.sha256(word.encode()).digest() for word in sorted(words))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
