"""JupyterLab: a notebook that is opened there loads nothing from anywhere else.

JupyterLab takes scripts out of what it does not trust, and leaves pictures in: one at an address of
a trainee's tells them when, and from where, their work was looked at. And what some part of it
reads of this server must find no way out.
"""

from __future__ import annotations

from typing import Any

#: Nothing is said of scripts: JupyterLab makes its own as it goes.
POLICY = (
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-src 'self' data: blob:; object-src 'none'; "
    "form-action 'self'; connect-src 'self' data: blob:"
)
_NAME = "Content-Security-Policy"


def install(app: Any) -> None:
    """For every page of a server: a course may lie anywhere below it."""
    headers = app.web_app.settings.setdefault("headers", {})
    if _NAME not in headers:
        base = app.web_app.settings["base_url"].rstrip("/")
        stock = f"frame-ancestors 'self'; report-uri {base}/api/security/csp-report"
        headers[_NAME] = f"{stock}; {POLICY}"


__all__ = ["POLICY", "install"]
