"""Runs MkDocs inside this process for one language."""

from __future__ import annotations

import logging
from pathlib import Path

from casebank.errors import ContentError
from casebank.paths import Repo


class _Listener(logging.Handler):
    """Keeps what MkDocs warns of: a warning fails the build."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(" ".join(record.getMessage().split()))


def build_portal(repo: Repo, audience: str, lang: str, out: Path) -> None:
    """Build the portal's pages of one language into a folder.

    Raises:
        ContentError: for anything that MkDocs warns of.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, BuildError, ConfigurationError

    logger = logging.getLogger("mkdocs")
    listener, propagate = _Listener(), logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        config = load_config(
            str(repo.root / "mkdocs.yml"),
            site_dir=str(out),
            strict=True,
            extra={"casebank": {"audience": audience, "lang": lang}},
        )
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    except (Abort, BuildError, ConfigurationError) as error:
        said = listener.said or [str(error)]
        more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
        raise ContentError(f"{said[0]}{more}", f"portal ({lang})", "mend it and build again") from (
            None if listener.said else error
        )
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagate
    if listener.said:
        raise ContentError(listener.said[0], f"portal ({lang})", "mend it and build again")
