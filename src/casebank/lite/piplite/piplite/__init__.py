"""What JupyterLite's kernel asks for packages. Here there are none to be had: the site is closed.

The kernel's own module of this name looks for packages on the internet; on an intranet that could
only fail, late and with a traceback.
"""

import sys

SENTENCE = (
    "浏览器里不能安装软件包，课程需要的都已经带上了。"
    "No packages can be installed in the browser; what the course needs is there."
)


async def install(*_packages, **_options):
    """Say that nothing can be installed."""
    print(SENTENCE, file=sys.stderr)
