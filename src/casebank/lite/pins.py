"""Which Python runs in the browser, and which packages it has there.

The compiled packages are those of the official Pyodide distribution. Where only package registries
can be reached they come out of one wheel that carries unchanged copies; either way each file is
checked against the distribution's own lock.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The tag of the binary interface that JupyterLite's kernel of this version was made for.
ABI = "2026_0"
PYTHON = "3.14"


@dataclass(frozen=True)
class Carrier:
    """A wheel that holds the distribution's files in one of its folders."""

    name: str
    version: str
    sha256: str
    folder: str
    megabytes: int


CARRIER = Carrier(
    name="open-webui",
    version="0.12.4",
    sha256="02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6",
    folder="open_webui/frontend/pyodide/",
    megabytes=106,
)
LOCK = "pyodide-lock.json"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

#: From the distribution: what is loaded before the first cell …
COMPILED_FIRST = ("numpy", "pandas")
#: … but for what these name and do not import by themselves: it comes with the rest …
COMPILED_SPARED = ("pytz",)
#: … what follows in the background …
COMPILED_LATER = ("pytz", "matplotlib")
#: … and what is loaded when a cell imports it.
COMPILED_ASKED = ("scikit-learn",)

#: Pure Python, the very files that this environment has installed: what the kernel needs …
INSTALLED_FIRST = (
    "asttokens",
    "comm",
    "executing",
    "ipython",
    "ipython-pygments-lexers",
    "matplotlib-inline",
    "prompt-toolkit",
    "pure-eval",
    "pygments",
    "stack-data",
    "traitlets",
    "wcwidth",
)
#: … and what a notebook may import.
INSTALLED_ASKED = ("chinesecalendar", "holidays", "jieba")
#: Pure packages of the distribution of which this environment has a version that the browser's
#: Python does not warn about.
INSTALLED_INSTEAD = ("threadpoolctl",)
#: Name of the module where it is not the package's own.
MODULES = {
    "chinesecalendar": "chinese_calendar",
    "ipython": "IPython",
}
#: From the kernel's own package.
KERNEL = ("ipykernel", "pyodide-kernel")
#: Names that the kernel would install by itself if it were not told that they are there.
SPARED = ("micropip", "piplite", "jedi")

#: Folders that no notebook of ours asks for.
DROPPED = (
    "jieba/lac_small/",
    "matplotlib/mpl-data/sample_data/",
    "matplotlib/tests/",
    "mpl_toolkits/axes_grid1/tests/",
    "mpl_toolkits/axisartist/tests/",
    "mpl_toolkits/mplot3d/tests/",
    "sklearn/datasets/data/",
    "sklearn/datasets/images/",
    "sklearn/datasets/descr/",
)
