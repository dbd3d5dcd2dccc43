"""``python -m casebank.exhibits FILE``: show what a companion computes."""

from __future__ import annotations

import sys
from pathlib import Path

from casebank.check.visible import say
from casebank.errors import CasebankError
from casebank.exhibits.show import show
from casebank.paths import Repo


def main(arguments: list[str]) -> int:
    """Show each companion named."""
    if not arguments:
        say("usage: python -m casebank.exhibits FILE", sys.stderr)
        return 2
    try:
        for name in arguments:
            show(Repo.find(Path(name).resolve().parent), Path(name))
    except CasebankError as error:
        say(error.sentence(), sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
