"""formgrader's handlers, each with what makes its page safe to open.

They stand before stock's in the server's list of addresses. What they show and do is stock's code;
ours are the exporter of a submission's page, the reading of templates, the headers of each answer,
and where a kernel comes from when a button asks for one.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader import apihandlers, base, handlers
from tornado import web
from traitlets.config import Config

from casebank.desk import inert, times
from casebank.desk.exporter import FormgradeExporter
from casebank.desk.settings import FORCED, WANTED
from casebank.desk.templates import Escaping
from casebank.desk.templates import handlers as in_attributes

FORMGRADER = "nbgrader.server_extensions.formgrader"
_EXPORTER, _TEMPLATES = "casebank_exporter", "casebank_templates"


class _Page:
    """Mixed into each of formgrader's handlers."""

    settings: dict[str, Any]

    @property
    def nonce(self) -> str:
        """The number that this answer's own scripts carry."""
        if not hasattr(self, "_nonce"):
            self._nonce = secrets.token_urlsafe(16)
        return self._nonce

    @property
    def policy(self) -> str:
        """What the browser may do on this page."""
        return (
            f"default-src 'none'; script-src 'nonce-{self.nonce}'; "
            f"script-src-attr 'unsafe-hashes' {in_attributes(handlers.template_path)}; "
            "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'"
        )

    @property
    def content_security_policy(self) -> str:
        """The server's own policy, and ours: a browser keeps both."""
        return f"{super().content_security_policy}, {self.policy}"  # type: ignore[misc]

    @property
    def exporter(self) -> _Numbered:
        """What makes a submission's page."""
        if _EXPORTER not in self.settings:
            formgrader = self.settings["nbgrader_formgrader"]
            config = Config(formgrader.config)
            config.merge(formgrader.build_extra_config())
            self.settings[_EXPORTER] = FormgradeExporter(config=config)
        return _Numbered(self.settings[_EXPORTER], self.nonce)

    @property
    def api(self) -> Any:
        """nbgrader's commands, as buttons run them."""
        api = super().api  # type: ignore[misc]
        api.update_config(wanted(api.config))
        return api

    def render(self, name: str, **about: Any) -> str:
        """A page from one of stock's templates."""
        if _TEMPLATES not in self.settings:
            loader = Escaping(FileSystemLoader([handlers.template_path]), scripts=True)
            self.settings[_TEMPLATES] = Environment(loader=loader, autoescape=True)
        if "resources" in about:
            about["resources"] = {**about["resources"], "nonce": self.nonce}
        template = self.settings[_TEMPLATES].get_template(name)
        return str(template.render(nonce=self.nonce, **about))


class _Numbered:
    """The exporter, which tells its templates the number of the page's scripts."""

    def __init__(self, exporter: FormgradeExporter, nonce: str) -> None:
        self.exporter, self.nonce = exporter, nonce

    def from_filename(self, name: str, resources: dict[str, Any]) -> Any:
        """A submission's page."""
        return self.exporter.from_filename(name, resources={**resources, "nonce": self.nonce})


def wanted(config: Config) -> Config:
    """Settings of ours that a course's own do not name."""
    found = Config(FORCED)
    for section, traits in WANTED.items():
        for name, value in traits.items():
            if name not in config.get(section, {}):
                found[section][name] = value
    return found


class _Answer(_Page):
    """Data for formgrader's scripts; opened by itself it is text and no page."""

    policy = "default-src 'none'; sandbox"

    def finish(self, chunk: Any = None) -> Any:
        """End the answer."""
        kind = self._headers.get("Content-Type", "")  # type: ignore[attr-defined]
        if kind.startswith("text/html"):
            self.set_header("Content-Type", "text/plain; charset=UTF-8")  # type: ignore[attr-defined]
        return super().finish(chunk)  # type: ignore[misc]


class _File(_Page, handlers.SubmissionFilesHandler):
    """A file that was handed in."""

    policy = inert.POLICY

    def set_extra_headers(self, path: str) -> None:
        """Have the browser keep what it would run."""
        if self.get_content_type() not in inert.SHOWN:
            self.set_header("Content-Disposition", "attachment")
        self.set_header("X-Content-Type-Options", "nosniff")


class _Start(_Page, handlers.FormgraderHandler):
    """The first page, which reads the settings of the folder that the address names."""

    @web.authenticated
    @base.check_xsrf
    @base.check_notebook_dir
    def get(self) -> Any:
        """Go to the assignments."""
        path = self.get_argument("path", "")
        course = inert.handed_in(Path(path).resolve() / "x") if path else None
        if course is not None:
            raise web.HTTPError(
                400,
                f"this folder was handed in, and its settings would run as yours: {course} is the "
                "course",
            )
        return super().get()


_OWN = {
    handlers.FormgraderHandler: _Start,
    handlers.SubmissionFilesHandler: _File,
}


def _ours(kind: type) -> type | None:
    """What stands before one of formgrader's handlers; nothing before its own files."""
    if kind in _OWN:
        return _OWN[kind]
    if issubclass(kind, base.BaseApiHandler):
        return type(kind.__name__, (_Answer, kind), {})
    if issubclass(kind, base.BaseHandler):
        return type(kind.__name__, (_Page, kind), {})
    return None


def install(app: Any) -> None:
    """Stand before formgrader's handlers, in a server that has formgrader."""
    times.install()
    prefix = app.web_app.settings["base_url"]
    rules = []
    for pattern, kind, *rest in (*handlers.default_handlers, *apihandlers.default_handlers):
        ours = _ours(kind)
        if ours is not None:
            rules.append((url_path_join(prefix, pattern.lstrip("/")), ours, *rest))
        elif kind is web.StaticFileHandler:
            rules.append((url_path_join(prefix, pattern.lstrip("/")), kind, *rest))
    app.web_app.add_handlers(".*$", rules)
    app.web_app.settings["casebank_desk"] = True
