"""A notebook that a command was given by name, and what is said when it is not there."""

from __future__ import annotations

from pathlib import Path

NOT_THERE: dict[str, dict[str, str]] = {
    "no-file": {
        "zh": "找不到文件 {path}：请检查名字和所在的文件夹。",
        "en": "there is no file {path}: look at its name and folder.",
    },
    "folder": {
        "zh": "{path} 是文件夹：请写出其中的笔记本（.ipynb）。",
        "en": "{path} is a folder: name the notebook (.ipynb) in it.",
    },
}


def missing(path: Path) -> str | None:
    """The id of the sentence that tells why no file can be read there; None when one can."""
    if path.is_dir():
        return "folder"
    return None if path.is_file() else "no-file"
