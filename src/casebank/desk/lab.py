"""JupyterLab: a notebook that is opened there loads nothing from anywhere else.

JupyterLab takes scripts out of what it does not trust, and leaves pictures in: one at an address of
a trainee's tells them when, and from where, their work was looked at. And what some part of it
reads of this server must find no way out.
"""

from __future__ import annotations

from typing import Any

#: What is not named comes from this server or not at all: also a page that a link would have
#: fetched before anybody asks for it. JupyterLab makes scripts, workers and frames of its own as it
#: goes, and shows a PDF as an object that it has made.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; object-src blob:; base-uri 'self'; form-action 'self'"
)
_NAME = "Content-Security-Policy"


def install(app: Any) -> None:
    """For every page of a server: a course may lie anywhere below it."""
    headers = app.web_app.settings.setdefault("headers", {})
    if _NAME not in headers:
        base = app.web_app.settings["base_url"].rstrip("/")
        stock = f"frame-ancestors 'self'; report-uri {base}/api/security/csp-report"
        headers[_NAME] = f"{stock}; {POLICY}"
    # No policy forbids it: a browser looks up the names of hosts in links that nobody has pressed.
    headers.setdefault("X-DNS-Prefetch-Control", "off")


__all__ = ["POLICY", "install"]
