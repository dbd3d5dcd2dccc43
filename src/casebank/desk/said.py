"""What nbgrader's commands say of a hand-in on a terminal: its names and errors are only text."""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any, TextIO

from tornado.log import LogFormatter

from casebank.check.visible import LONGEST_SAID, uncoloured, visible


def shown(text: str) -> str:
    """A message whose lines are ours, with nothing in it that steers a terminal."""
    return visible(uncoloured(text), LONGEST_SAID, lines=True)


def _shown(record: logging.LogRecord, formatter: logging.Formatter) -> logging.LogRecord:
    one = copy.copy(record)
    one.msg, one.args = shown(record.getMessage()), ()
    if record.exc_info:
        one.exc_text = shown(formatter.formatException(record.exc_info))
    return one


class Formatter(LogFormatter):
    """nbgrader's formatter, whose colours are the only ones; made by each of its commands."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        from casebank.desk import gather

        install()
        gather.install()

    def format(self, record: logging.LogRecord) -> str:
        """The entry."""
        return super().format(_shown(record, self))


class Around(logging.Formatter):
    """Another formatter, to which every message comes as text that can be seen."""

    def __init__(self, below: logging.Formatter) -> None:
        super().__init__()
        self._below = below

    def format(self, record: logging.LogRecord) -> str:
        """The entry."""
        return self._below.format(_shown(record, self._below))


class Stream:
    """Where ``nbgrader validate`` writes cells and errors of the notebook that it looks at."""

    def __init__(self, below: TextIO) -> None:
        self._below = below

    def write(self, text: str) -> int:
        """Write what can be seen of a text."""
        return self._below.write(shown(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)


def serve(app: Any) -> None:
    """For a Jupyter server, on whose terminal formgrader's buttons tell what they do."""
    for handler in app.log.handlers:
        handler.setFormatter(Around(handler.formatter or logging.Formatter()))


def install() -> None:
    """For ``nbgrader validate``, which has no setting for this, and reads whatever it is given."""
    from nbgrader.validator import Validator

    if isinstance(Validator.stream, Stream):
        return
    Validator.stream = Stream(Validator.stream)
    stock = Validator.validate

    def validate(self: Any, filename: str) -> Any:
        from casebank.desk.keep import bounded

        try:
            bounded(Path(filename))
        except ValueError as error:
            raise RuntimeError(str(error)) from None
        return stock(self, filename)

    Validator.validate = validate


__all__ = ["Around", "Formatter", "Stream", "install", "serve", "shown"]
