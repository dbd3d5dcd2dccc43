"""What a stranger may write into any field, and what of it no output may hold."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASEBANK = Path(sys.executable).parent / "casebank"

PAYLOADS = {
    "closing": r"\[/]",
    "markup": "[bold]x[/bold][/x]",
    "link": "[link=https://example.org]x[/link]",
    "emoji-code": ":warning: :smile:",
    "colour": "\x1b[35;5mx\x1b[0m",
    "screen": "\x1b[2J\x1b[H\x08\x07\x0b",
    "title": "\x1b]0;owned\x07",
    "hyperlink": "\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\",
    "c1": "\x9b31mx\x9d0;owned\x9c\x85",
    "bidi": "a\u202eb\u2066c\u200f",
    "lines": "a\ncasebank: all is well\r\u2028b\u2029",
    "nul": "a\0b\x7f",
    "half": "a\ud800b\udc9b",
    "zero-width": "a\u200b\u200d\u2060\ufeff\u00adb\u3164",
    "tags": "a\U000e0041\U000e0101\ufe0f",
    "private": "\ue000\U0010fffd\u0378",
    "pile": "a" + "\u0301" * 60,
    "braces": "{0}{x!r}%s%(x)s",
    "long": "long" * 2500,
}
#: A little of each, also where only the first forty signs are kept.
SHORT = "\\[/]\x1b[35;5m\u202e\u200b\x9b\n[b]\ue000"
#: All at once, but for the one whose length would push out the others.
ALL = SHORT + "".join(text for name, text in PAYLOADS.items() if name != "long")
#: What a file system takes as a name, and what a command line takes as an argument.
NAME = "[bold]\x1b[35;5m\x1b]0;owned\x07\u202e\u200b\n\udc9b[" + "\u0301" * 9
#: A name that is taken: nothing in it steers, but it hides and is markup.
SOFT = "[bold]\u202e\u200b\ue000[ :warning:"
ARGUMENT = r"\[/]" + NAME

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BLANK = set("\u034f\u115f\u1160\u3164\uffa0\u2800\ufe0f") | {
    chr(c) for c in range(0xE0100, 0xE01F0)
}
#: What rich itself writes: styles but those of the payload, the cursor's moves of a bar.
_RICH = re.compile(r"\x1b\[(?!35;5m)[0-9;]*m|\x1b\[\?25[lh]|\x1b\[1A|\x1b\[2K")


def hidden(text: str, allowed: str = "\n") -> list[str]:
    """The signs in a text that are not seen or do something; empty is good."""
    found = [
        ascii(sign)
        for sign in text
        if sign not in allowed and (unicodedata.category(sign) in _HIDDEN or sign in _BLANK)
    ]
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) == "Mn" else 0
        if marks == 5:
            found.append("a pile of marks")
    return found


def unstyled(text: str) -> str:
    """What a terminal was sent, without what rich writes for styles and bars."""
    return _RICH.sub("", text).replace("\r\n", "\n").replace("\r", "")


def environment(**more: str) -> dict[str, str]:
    """Wide enough that no cell of a table is folded."""
    plain = {"COLUMNS": "4000", "LINES": "50", "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
    return {**os.environ, **plain, **more}


def piped(*command: str | Path) -> tuple[int, str]:
    """Run ``casebank`` without a terminal: its code, and all it said."""
    done = subprocess.run(
        [CASEBANK, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env=environment(),
    )
    return done.returncode, done.stdout.decode("utf-8")


def in_terminal(*command: str | Path, term: str = "xterm-256color") -> tuple[int, str]:
    """Run a command in a terminal of its own: its code, and all the terminal was sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 4000, 0, 0))
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment(TERM=term),
        start_new_session=True,
    )
    os.close(slave)
    sent = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        sent += part
    os.close(master)
    return process.wait(), sent.decode("utf-8")
