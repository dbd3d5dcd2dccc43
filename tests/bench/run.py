"""`make bench`: run every measurement of this folder and print its table.

A measurement is a module with ``main()``. Ratios are taken within one run; nothing here is a test,
since seconds depend on the machine. Name modules to run just those: ``python tests/bench/run.py site``.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measurements(names: list[str]) -> list[Path]:
    """The modules to run, by name, or all of them."""
    known = {p.stem: p for p in sorted(HERE.glob("*.py")) if p.stem not in ("run", "__init__")}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"bench: unknown measurement {', '.join(unknown)}; known: {', '.join(known)}")
    return [known[name] for name in names] if names else list(known.values())


def main(names: list[str]) -> int:
    """Run them one after the other; one that fails does not stop the rest."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    failed = []
    for path in measurements(names):
        print(f"\n== {path.stem}", flush=True)
        began = time.monotonic()
        spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
            module.main()
        except Exception as error:
            failed.append(path.stem)
            print(f"failed: {type(error).__name__}: {error}")
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    if failed:
        print(f"\nnot measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
