"""What a browser may load for the site: what comes from where the site comes from.

Whoever serves the site sends it with every answer: ``casebank serve`` does, and the guide's
examples for a web server say the same. The pages in which notebooks of others are opened say it
themselves as well, for hosts that send nothing of the kind.
"""

from __future__ import annotations

NAME = "Content-Security-Policy"
#: JupyterLite's settings do not load without ``'unsafe-eval'``; pages carry scripts of their own.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
#: A page cannot say of itself who may frame it.
WITHIN = POLICY.removesuffix("; frame-ancestors 'self'")
#: No policy forbids it: a browser looks up the names of hosts in links that nobody has pressed.
META = (
    f'<meta http-equiv="{NAME}" content="{WITHIN}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)

__all__ = ["META", "NAME", "POLICY", "WITHIN"]
