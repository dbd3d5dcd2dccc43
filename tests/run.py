"""The suite, part by part: builds the site once, runs pytest, prints what each part took.

``make test`` calls it inside the environment; ``--all`` runs the long matrices whole, ``PIECE=slug``
everything on one piece. What is dear runs on the pieces that were touched (since ``BASE``, else since
yesterday) and on a sample of the rest.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pieces
from casebank.spent import WHERE

Parts = list[tuple[str, list[list[str]]]]
#: pytest's word for a run in which no test was chosen.
NO_TESTS = 5
ROOT = Path(__file__).resolve().parent.parent
ENGINE = ("tests/hostile", "tests/differential")
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=5"]


def settings(name: str) -> dict[str, float]:
    """Ours in pyproject.toml: ``budgets`` (minutes per part), ``course`` (pieces of each kind)."""
    with (ROOT / "pyproject.toml").open("rb") as handle:
        return tomllib.load(handle)["tool"]["casebank"][name]


def parts(everything: bool, piece: str | None, dear: list[pieces.Piece]) -> Parts:
    """Name and commands of each part, in order."""
    long = [] if everything or piece else ["-m", "not long"]
    casebank = str(Path(sys.executable).parent / "casebank")
    # Root alone can make a root of its own.
    bare = [("bare", [[str(ROOT / "tests/bare")]])] if everything and os.geteuid() == 0 else []
    proofs = [one.slug for one in dear if one.kind == "exercise"]
    return [
        (
            "lint",
            [
                [sys.executable, "-m", "ruff", "check", "."],
                [sys.executable, "-m", "ruff", "format", "--check", "."],
                [str(Path(sys.executable).parent / "lint-imports")],
            ],
        ),
        (
            "build",
            [
                [casebank, "data", "make", "--check"],
                [casebank, "build", "--with-browser-labs"],
                *([[casebank, "notebooks", "make", *proofs]] if proofs else []),
            ],
        ),
        ("unit", [[*PYTEST, "-n", "2", *long, "tests/unit"]]),
        ("e2e", [[*PYTEST, "-n", "2", "--dist", "loadfile", *long, "tests/e2e"]]),
        (
            "engine",
            [[*PYTEST, "-n", "2", "--dist", "loadfile", *long, *ENGINE]],
        ),
        ("around", [[*PYTEST, "-n", "2", "--dist", "loadfile", *long, "tests/around"]]),
        ("browser", [[*PYTEST, "-n", "2", "--dist", "loadgroup", *long, "tests/browser"]]),
        *([] if piece else bare),
    ]


def _run(command: list[str], environment: dict[str, str], piece: str | None) -> bool:
    code = subprocess.call(command, cwd=ROOT, env=environment)
    # A part that has no test of the one piece is no fault.
    return code == 0 or bool(piece and "pytest" in command and code == NO_TESTS)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tell_pieces(spent: dict[pieces.Piece, dict[str, float]], dear: list[pieces.Piece]) -> None:
    """What each piece cost, the dearest first; which were spared their dear checks."""
    works = sorted({work for row in spent.values() for work in row})
    print("\nCPU seconds  piece" + " " * 35 + "of these")
    for piece, row in sorted(spent.items(), key=lambda one: -sum(one[1].values())):
        of_these = ", ".join(f"{work} {row[work]:.0f}" for work in works if row.get(work, 0) >= 1)
        print(f"{sum(row.values()):11.1f}  {piece!s:<38}  {of_these}")
    later = [str(piece) for piece in pieces.all_pieces() if piece not in dear]
    if later:
        print(f"dear checks not run this time: {', '.join(later)}")


def foreseen(
    spent: dict[pieces.Piece, dict[str, float]],
    dear: list[pieces.Piece],
    cpu: float,
    minutes: float,
) -> tuple[float, float]:
    """Minutes of this suite with the whole course: all dear checks, and a sample of them.

    Each kind's mean is taken for those that are not written yet; what is no piece's stays.
    """
    total = dict.fromkeys(pieces.all_pieces(), 0.0)
    total |= {piece: sum(row.values()) for piece, row in spent.items()}
    whole = part = max(0.0, cpu - sum(total.values()))
    light = [total[one] for one in pieces.all_pieces() if one not in dear]
    for kind, count in settings("course").items():
        full = [total[one] for one in dear if one.kind == kind]
        rest = [cost for one, cost in total.items() if one.kind == kind]
        high = sum(full or rest) / max(1, len(full or rest))
        low = min(high, sum(light) / len(light)) if light else high
        whole += count * high
        part += count * (high + (pieces.SHARE - 1) * low) / pieces.SHARE
    pace = minutes / cpu if cpu else 0.0
    return whole * pace, part * pace


def main(arguments: list[str]) -> int:
    """Run every part even if one fails, so that one run shows all that is wrong."""
    everything = "--all" in arguments
    piece = os.environ.get("PIECE") or None
    dear = pieces.chosen(ROOT, os.environ, everything)
    spent = ROOT / "_build" / "spent.jsonl"
    spent.parent.mkdir(exist_ok=True)
    spent.unlink(missing_ok=True)
    environment = dict(
        os.environ,
        PYTHONDONTWRITEBYTECODE="1",
        # One thread each: tests run side by side, and threads of two that wait for each other
        # take five times the CPU.
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
    )
    environment |= {pieces.DEAR: ",".join(map(str, [*dear, pieces.HOUSE]))}
    environment |= {pieces.ONLY: piece} if piece else {}
    rows: list[tuple[str, float, float, bool]] = []
    for name, commands in parts(everything, piece, dear):
        print(f"== {name}", flush=True)
        began, used = time.monotonic(), _cpu()
        # The site's cost is told by those who build it; scratch courses of tests are no pieces.
        told = WHERE if name == "build" else pieces.SPENT
        noted = environment | {told: str(spent)}
        good = all(_run(command, noted, piece) for command in commands)
        rows.append((name, (time.monotonic() - began) / 60, _cpu() - used, good))
        if name == "build" and not good:
            print("the site does not build, so nothing after it can be tested", flush=True)
            break
        if name == "build":
            # Built and true: two browsers need not look at the same time whether it is.
            environment["CASEBANK_TEST_SITE"] = str(ROOT / "site")
    found = pieces.costs(spent)
    tell_pieces(found, dear)
    allowed = settings("budgets")
    print("\npart      minutes  budget  CPU min")
    for name, minutes, cpu, good in rows:
        budget = f"{allowed[name]:6.1f}" if name in allowed else "     -"
        print(f"{name:<9} {minutes:7.2f}  {budget}  {cpu / 60:7.1f}  {'ok' if good else 'FAILED'}")
    minutes, cpu = (sum(row[at] for row in rows) for at in (1, 2))
    print(f"{'all':<9} {minutes:7.2f}  {sum(allowed.values()):6.1f}  {cpu / 60:7.1f}")
    if not piece and not everything:
        whole, part = foreseen(found, dear, cpu, minutes)
        print(
            f"foreseen for the whole course: {part:.0f} minutes, "
            f"{whole:.0f} with all dear checks (budget 40)"
        )
    sys.stdout.flush()
    return 0 if all(row[-1] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
