"""JupyterLab in a course: a notebook that is opened there loads nothing from anywhere else.

JupyterLab takes scripts out of what it does not trust, and leaves pictures in: one at an address of
a trainee's tells them when, and from where, their work was looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casebank.desk import inert

#: Nothing is said of scripts: JupyterLab makes its own as it goes.
POLICY = (
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-src 'self' data: blob:; object-src 'none'; "
    "form-action 'self'"
)
_NAME = "Content-Security-Policy"


def install(app: Any) -> None:
    """For every page of a server that is started in a course."""
    root = Path(app.web_app.settings.get("server_root_dir", "")).expanduser().resolve()
    if inert.course_of(root / "x") is None:
        return
    headers = app.web_app.settings.setdefault("headers", {})
    if _NAME not in headers:
        base = app.web_app.settings["base_url"].rstrip("/")
        stock = f"frame-ancestors 'self'; report-uri {base}/api/security/csp-report"
        headers[_NAME] = f"{stock}; {POLICY}"


__all__ = ["POLICY", "install"]
