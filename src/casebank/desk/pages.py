"""formgrader's handlers, each with what makes its page safe to open.

They stand before stock's in the server's list of addresses. What they show and do is stock's code;
ours are the exporter of a submission's page, the reading of templates, the headers of each answer,
and where a kernel comes from when a button asks for one.
"""

from __future__ import annotations

import functools
import html as entities
import os
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
_OPENED = "casebank_opened"


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


#: The question before settings of a folder are read that nobody has opened here yet.
_ASK = """<!doctype html><meta charset="utf-8"><title>Formgrader</title>
<main style="max-width:40rem;margin:4rem auto;font:16px/1.5 sans-serif">
<p>Open the course in <strong>{folder}</strong>? Its nbgrader_config.py is a program and runs with
your rights.</p><p>打开文件夹 <strong>{folder}</strong> 里的课程？其中的 nbgrader_config.py 是程序，
会以你的身份运行。</p>
<form method="post"><input type="hidden" name="_xsrf" value="{token}">
<input type="hidden" name="path" value="{folder}"><button>Open / 打开</button></form></main>"""


class _Start(_Page, handlers.FormgraderHandler):
    """The first page, which reads the settings of the folder that the address names.

    Any page can lead a browser to an address, and a picture in a notebook can ask for one: so the
    settings of another folder than the server's own are read only after a person has said so.
    """

    @property
    def policy(self) -> str:
        """The question's form leads back here."""
        return super().policy.replace("form-action 'none'", "form-action 'self'")

    @web.authenticated
    @base.check_xsrf
    @base.check_notebook_dir
    def get(self) -> Any:
        """Go to the assignments."""
        path = self._folder()
        if path is None or path in self._opened():
            return self._open(path)
        token = self.xsrf_token.decode()
        folder = entities.escape(str(path))
        self.write(_ASK.format(folder=folder, token=entities.escape(token)))

    @web.authenticated
    @base.check_notebook_dir
    def post(self) -> Any:
        """A person has said that the folder is a course of theirs."""
        path = self._folder()
        if path is not None:
            self._opened().add(path)
        return self._open(path)

    def _open(self, path: Path | None) -> Any:
        """Have stock read the settings of the very folder that was looked at, by no link."""
        if path is not None:
            self.request.arguments["path"] = [os.fsencode(path)]
        return super().get()

    def _opened(self) -> set[Path]:
        if _OPENED not in self.settings:
            root = self.settings.get("server_root_dir", "")
            places = (Path.cwd(), Path(root).expanduser())
            self.settings[_OPENED] = {place.resolve() for place in places}
        return self.settings[_OPENED]

    def _folder(self) -> Path | None:
        """The folder that the address names.

        Raises:
            HTTPError: it was handed in.
        """
        path = self.get_argument("path", "")
        if not path:
            return None
        course = inert.handed_in_by_any_way(Path(path) / "x")
        if course is not None:
            raise web.HTTPError(
                400,
                f"this folder was handed in, and its settings would run as yours: {course} is the "
                "course",
            )
        return Path(path).resolve()


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


def _course(settings: dict[str, Any]) -> tuple[list[Path], Path | None, list[Path]]:
    """What formgrader knows of the folders of the course that it shows."""
    formgrader = settings.get("nbgrader_formgrader")
    course = getattr(formgrader, "coursedir", None)
    if course is None:
        return [], None, []
    root = Path(course.root).resolve()
    # A server is started anywhere; only who has said where the course lies has one there.
    if (
        "root" not in formgrader.config.get("CourseDirectory", {})
        and not (root / "source").is_dir()
    ):
        return [], None, []

    def places(*steps: str) -> list[Path]:
        return [(root / getattr(course, f"{step}_directory")).resolve() for step in steps]

    theirs = [one for one in places("submitted", "autograded", "feedback") if one != root]
    first = course.directory_structure.lstrip("/").startswith("{nbgrader_step}")
    return theirs, None if first else root, places("source", "release")


def install(app: Any) -> None:
    """Stand before formgrader's handlers, in a server that has formgrader."""
    times.install()
    inert.know(functools.partial(_course, app.web_app.settings))
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
