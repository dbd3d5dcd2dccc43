"""What a trainee's home begins with: the list of fonts, which takes matplotlib seconds to make."""

from __future__ import annotations

import contextlib
import importlib.metadata
import subprocess
import tempfile
from pathlib import Path

from casebank.programs import python


def make(private: Path) -> Path:
    """The folder that homes are made from, made once below a folder of our own."""
    folder = private / "home" / importlib.metadata.version("matplotlib")
    cache = folder / ".config" / "matplotlib"
    if not cache.is_dir():
        private.mkdir(exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix="run-", dir=private))
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                python("-c", "import matplotlib.font_manager"),
                # A matplotlibrc where the instructor stands is none of ours.
                cwd=part,
                env={"MPLCONFIGDIR": str(part), "PATH": "/usr/bin:/bin", "MPLBACKEND": "agg"},
                capture_output=True,
                timeout=120,
                check=True,
            )
        cache.parent.mkdir(parents=True, exist_ok=True)
        part.chmod(0o755)
        part.rename(cache)
    return folder
