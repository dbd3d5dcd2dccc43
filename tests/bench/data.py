"""A million customers with all tables: seconds, peak memory of all processes, bytes.

Budget (design): at most 3 minutes and 2 GB on 2 cores. ``python tests/bench/data.py 200000 csv``
measures another size or format.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS, GIGABYTES, CUSTOMERS = 180, 2.0, 1_000_000
CODE = """
import sys
from pathlib import Path
from casebank.data import make
make(Path(sys.argv[1]), customers=int(sys.argv[2]), fmt=sys.argv[3], workers=2)
"""


def resident(pid: int) -> int:
    """Bytes of a process and all below it; shared pages count once for each, so never too few."""
    total = 0
    for task in [pid, *children(pid)]:
        try:
            pages = int(Path(f"/proc/{task}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return total


def children(pid: int) -> list[int]:
    """All processes below a process."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children(int(child))]
    except OSError:
        pass
    return found


def measure(customers: int, fmt: str) -> tuple[float, float, dict[str, int]]:
    """Seconds, peak gigabytes, bytes by table."""
    with tempfile.TemporaryDirectory() as folder:
        began, peak = time.monotonic(), 0
        command = [sys.executable, "-c", CODE, folder, str(customers), fmt]
        process = subprocess.Popen(command)
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.1)
        seconds = time.monotonic() - began
        if process.returncode:
            raise RuntimeError(f"making the data ended with {process.returncode}")
        sizes = {}
        for place in sorted(Path(folder).iterdir()):
            files = place.rglob("*.parquet") if place.is_dir() else [place]
            sizes[place.name] = sum(f.stat().st_size for f in files)
    return seconds, peak / 1e9, sizes


def main(customers: int = CUSTOMERS, fmt: str = "parquet") -> None:
    """Measure and print."""
    before = os.times()
    seconds, peak, sizes = measure(customers, fmt)
    after = os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    limit = SECONDS * customers / CUSTOMERS
    print(f"{customers:,} customers, {fmt}, 2 processes")
    print(f"  seconds      {seconds:8.1f}   budget {limit:.0f}")
    print(f"  CPU seconds  {cpu:8.1f}   half of it is the least that 2 idle cores need")
    print(f"  peak GB      {peak:8.2f}   budget {GIGABYTES}")
    for name, size in sizes.items():
        print(f"  {name:22} {size / 1e6:10,.1f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else CUSTOMERS, *sys.argv[2:3])
