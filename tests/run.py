"""The suite, part by part: builds the site once, runs pytest, prints what each part took.

``make test`` calls it inside the environment; ``--all`` runs the long matrices whole.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ("tests/hostile", "tests/differential")
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=5"]


def budgets() -> dict[str, float]:
    """Minutes per part, from pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as handle:
        return tomllib.load(handle)["tool"]["casebank"]["budgets"]


def parts(everything: bool) -> list[tuple[str, list[list[str]]]]:
    """Name and commands of each part, in order."""
    long = [] if everything else ["-m", "not long"]
    casebank = str(Path(sys.executable).parent / "casebank")
    # Root alone can make a root of its own.
    bare = [("bare", [[str(ROOT / "tests/bare")]])] if everything and os.geteuid() == 0 else []
    return [
        (
            "lint",
            [
                [sys.executable, "-m", "ruff", "check", "."],
                [sys.executable, "-m", "ruff", "format", "--check", "."],
            ],
        ),
        (
            "build",
            [[casebank, "data", "make", "--check"], [casebank, "build", "--with-browser-labs"]],
        ),
        ("unit", [[*PYTEST, "-n", "2", *long, "tests/unit"]]),
        ("e2e", [[*PYTEST, "-n", "2", "--dist", "loadfile", *long, "tests/e2e"]]),
        (
            "engine",
            [[*PYTEST, "-n", "2", "--dist", "loadfile", *long, *ENGINE]],
        ),
        ("around", [[*PYTEST, "-n", "2", "--dist", "loadfile", *long, "tests/around"]]),
        ("browser", [[*PYTEST, "-n", "2", "--dist", "loadgroup", *long, "tests/browser"]]),
        *bare,
    ]


def main(arguments: list[str]) -> int:
    """Run every part even if one fails, so that one run shows all that is wrong."""
    everything = "--all" in arguments
    environment = dict(
        os.environ,
        PYTHONDONTWRITEBYTECODE="1",
        # One thread each: tests run side by side, and threads of two that wait for each other
        # take five times the CPU.
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
    )
    rows: list[tuple[str, float, bool]] = []
    for name, commands in parts(everything):
        print(f"== {name}", flush=True)
        began = time.monotonic()
        good = all(subprocess.call(command, cwd=ROOT, env=environment) == 0 for command in commands)
        rows.append((name, (time.monotonic() - began) / 60, good))
        if name == "build" and not good:
            print("the site does not build, so nothing after it can be tested", flush=True)
            break
        if name == "build":
            # Built and true: two browsers need not look at the same time whether it is.
            environment["CASEBANK_TEST_SITE"] = str(ROOT / "site")
    allowed = budgets()
    print("\npart      minutes  budget")
    for name, minutes, good in rows:
        budget = f"{allowed[name]:6.1f}" if name in allowed else "     -"
        print(f"{name:<9} {minutes:7.2f}  {budget}  {'ok' if good else 'FAILED'}")
    print(
        f"{'all':<9} {sum(row[1] for row in rows):7.2f}  {sum(allowed.values()):6.1f}", flush=True
    )
    return 0 if all(good for _, _, good in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
