"""JupyterLab: a notebook that is opened there loads nothing from anywhere else, and asks nothing of
this server but pictures.

JupyterLab takes scripts out of what it does not trust, and leaves pictures in: one at an address of
a trainee's tells them when, and from where, their work was looked at. One at an address of this
server would have it convert, open or end something. And what some part of JupyterLab reads of this
server must find no way out.
"""

from __future__ import annotations

import re
from typing import Any

from tornado.routing import Matcher, Rule
from tornado.web import HTTPError, RequestHandler

#: What is not named comes from this server or not at all: also a page that a link would have
#: fetched before anybody asks for it. JupyterLab makes scripts, workers and frames of its own as it
#: goes, and shows a PDF as an object that it has made.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; object-src blob:; base-uri 'self'; form-action 'self'"
)
_NAME = "Content-Security-Policy"
#: What a browser says of a request for a part of a page.
_PARTS = frozenset({"image", "audio", "video", "track", "object", "embed"})
#: Addresses that do something, or show a page.
_ACTING = re.compile(
    r"(?:nbconvert|api|assignments|courses|validate|create_assignment|logout|login|lab/tree|tree"
    r"|notebooks|edit|view|terminals|consoles|doc|formgrader(?!/(?:static|submissions)/))(?:/|$)"
)


class _PartOfPage(Matcher):
    """Finds requests by which a page wants a picture of something that is none."""

    def __init__(self, base: str) -> None:
        self._base = base

    def match(self, request: Any) -> dict[str, Any] | None:
        """Whether it is one."""
        wanted = request.headers.get("Sec-Fetch-Dest", "") in _PARTS
        inside = request.path.removeprefix(self._base).lstrip("/")
        return {} if wanted and _ACTING.match(inside) else None


class _NoPicture(RequestHandler):
    """Says that there is none."""

    def prepare(self) -> None:
        """Refuse.

        Raises:
            HTTPError: always.
        """
        raise HTTPError(404)


def install(app: Any) -> None:
    """For every page of a server: a course may lie anywhere below it."""
    base = app.web_app.settings["base_url"]
    app.web_app.default_router.rules.insert(0, Rule(_PartOfPage(base), _NoPicture))
    headers = app.web_app.settings.setdefault("headers", {})
    if _NAME not in headers:
        stock = f"frame-ancestors 'self'; report-uri {base.rstrip('/')}/api/security/csp-report"
        headers[_NAME] = f"{stock}; {POLICY}"
    # No policy forbids it: a browser looks up the names of hosts in links that nobody has pressed.
    headers.setdefault("X-DNS-Prefetch-Control", "off")


__all__ = ["POLICY", "install"]
