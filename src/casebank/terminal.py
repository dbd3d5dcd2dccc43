"""The one console of the commands: strings are text, and no text steers the terminal.

Rich takes square brackets for its markup and ``:smile:`` for a picture. This console takes neither,
also not in the cells, titles and captions of a table, and passes each text through
:func:`casebank.check.visible.visible`. Styles of our own are given by :func:`styled`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from casebank.check.visible import LONGEST, LONGEST_SAID, visible


class PlainConsole(Console):
    """A console for which every string is just text."""

    def __init__(self, file: TextIO | None = None, **how: Any) -> None:
        super().__init__(file=file, markup=False, emoji=False, highlight=False, **how)

    def render_str(self, text: str, **how: Any) -> Text:
        """A string as text; rich asks here for whatever is not a ``Text`` yet."""
        how.update(markup=False, emoji=False, highlight=False, highlighter=None)
        return super().render_str(visible(text, LONGEST_SAID, lines=True), **how)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """What goes to the terminal; a text that came another way is made visible at the last."""
        for segment in super().render(renderable, options):
            if segment.control or (segment.text.isascii() and segment.text.isprintable()):
                yield segment
                continue
            text = visible(segment.text, LONGEST_SAID, lines=True)
            yield segment if text == segment.text else Segment(text, segment.style)


def styled(text: object, style: str = "", most: int = LONGEST) -> Text:
    """A text for a table, visible, on one line, in a style of ours."""
    return Text(visible(text, most), style)


__all__ = ["PlainConsole", "styled"]
