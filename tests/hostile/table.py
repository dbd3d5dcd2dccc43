"""Print the table of attacks: by kind what was tried, and what came of it.

    python tests/hostile/table.py [NAME ...] [--all]

With names only those attacks are tried; ``--all`` prints each attack, too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import hostile
from hostile import Outcome


def by_kind(outcome: Outcome) -> list[tuple[str, int, int, int, int]]:
    """Kind, attacks, escapes, attacks with false points, attacks that fared otherwise."""
    rows: dict[str, list[int]] = {}
    for attack in outcome.attacks:
        verdict = outcome.verdict(attack)
        row = rows.setdefault(attack.kind, [0, 0, 0, 0])
        row[0] += 1
        row[1] += bool(verdict.escapes)
        row[2] += bool(verdict.false_points)
        row[3] += bool(verdict.wrong)
    return [(kind, *row) for kind, row in rows.items()]


def neighbours(outcome: Outcome) -> list[str]:
    """Every effect outside the attacks themselves."""
    found = [f"{name}: {text}" for name in hostile.HONEST for text in outcome.neighbour(name)]
    found += [f"connection: {name}" for name in outcome.arrived]
    found += [f"process: {text}" for text in outcome.processes]
    found += [f"left: {name}" for name in outcome.leftovers]
    before, after = outcome.stranger
    return found + ["rows of others were changed"] * (before != after)


def lines(outcome: Outcome, everything: bool = False) -> list[str]:
    """The table as text."""
    rows = by_kind(outcome)
    head = f"{'kind':<24}{'attacks':>8}{'escapes':>9}{'false points':>14}{'otherwise':>11}"
    text = [head, "-" * len(head)]
    text += [f"{k:<24}{n:>8}{e:>9}{f:>14}{w:>11}" for k, n, e, f, w in rows]
    sums = [sum(row[i] for row in rows) for i in range(1, 5)]
    text += ["-" * len(head)]
    text += [
        f"{len(rows)} kinds".ljust(24)
        + "".join(f"{value:>{width}}" for value, width in zip(sums, (8, 9, 14, 11), strict=True))
    ]
    outside = neighbours(outcome)
    ungraded = [one.name for one in outcome.attacks if outcome.fates[one.name].status == "missing"]
    if ungraded:
        # Zeros of attacks that were never tried must not be read, or quoted, as a result.
        text = [f"NO RESULT: {len(ungraded)} of {len(outcome.attacks)} attacks were not graded"]
    text += [
        f"effects on {len(hostile.HONEST)} honest neighbours and on the machine: {len(outside)}",
        f"one run of {len(outcome.fates)} submissions in {outcome.seconds:.0f} s",
        *(f"  {one}" for one in outside),
    ]
    for attack in outcome.attacks:
        problems = outcome.verdict(attack).problems
        if problems or everything:
            fate = outcome.fates[attack.name]
            said = f"{fate.status} {fate.line.get('reason_id') or ''} {fate.line.get('seconds') or 0:.1f} s"
            text.append(f"{attack.kind} / {attack.name}: {attack.tries}: {said}")
            text += [f"    {one}" for one in problems]
    return text


def main(arguments: list[str]) -> int:
    """Run and print."""
    names = [one for one in arguments if not one.startswith("--")]
    chosen = [one for one in hostile.attacks() if not names or any(n in one.name for n in names)]
    options = [one for one in arguments if one.startswith("--no-")]
    if "--no-sandbox" in options:
        chosen = [one for one in chosen if one.harmless]
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        outcome = hostile.run(Path(folder), chosen, *options)
        print("\n".join(lines(outcome, "--all" in arguments)))
        if "--said" in arguments:
            print(outcome.said)
    bad = neighbours(outcome) or any(outcome.verdict(one).problems for one in chosen)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
