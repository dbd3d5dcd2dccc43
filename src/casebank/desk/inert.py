"""How a file of a trainee is sent to a browser: looked at or kept, never run."""

from __future__ import annotations

import re
from pathlib import Path

#: For pages and pictures below a course: no script, no form, nothing from elsewhere.
POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
#: What a browser only looks at; everything else is kept as a file.
SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "text/plain", "text/csv"}
)
CONFIGS = ("nbgrader_config.py", "nbgrader_config.json")
#: Folders of a course that hold what trainees handed in.
THEIRS = frozenset({"submitted", "autograded", "feedback", "attempts", "collected-aside"})
_NAMED = re.compile(r"\b(?:submitted|autograded|feedback)_directory\W+=?\W*([\w./-]+)")


def course_of(path: Path) -> Path | None:
    """The course folder that a file or folder lies in, if it lies in one."""
    for folder in path.parents:
        if any((folder / name).is_file() for name in CONFIGS):
            return folder
    return None


def handed_in(path: Path) -> Path | None:
    """The course in one of whose folders with hand-ins a path lies, if it lies in one."""
    for course in path.parents:
        found = [course / name for name in CONFIGS if (course / name).is_file()]
        if not found:
            continue
        names = set(THEIRS)
        for config in found:
            text = config.read_text(encoding="utf-8", errors="replace")
            names |= {Path(name).parts[0] for name in _NAMED.findall(text) if Path(name).parts}
        if path.relative_to(course).parts[0] in names:
            return course
    return None
