"""The one look of portal and book: folders of the theme and the book's options.

Both generators fill the same page, ``shared/shell.html``; what differs between them is only where
the text and the page's contents come from. So there is one header, one footer and one stylesheet,
and nothing to keep in step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casebank.paths import Repo

HERE = Path(__file__).resolve().parent
SHARED = HERE / "shared"
SPHINX = HERE / "sphinx"
MKDOCS = HERE / "mkdocs"
ASSETS = HERE / "assets"

SPHINX_LANGUAGE = {"zh": "zh_CN", "en": "en"}


def book_options(
    repo: Repo, audience: str, lang: str, *, standalone: bool = False
) -> dict[str, Any]:
    """What the book's Sphinx configuration needs to wear the site's look.

    Args:
        repo: the clone.
        audience: ``trainee`` or ``instructor``.
        lang: ``zh`` or ``en``.
        standalone: the book is built alone, not into the site: it then carries its own assets.

    Returns:
        Names and values of ``conf.py``; lists (``extensions``, ``templates_path``) are to be added
        to what is there, everything else replaces it.
    """
    from casebank.site.strings import TEXT

    return {
        "html_theme": "sphinx_immaterial",
        "extensions": ["casebank.site.theme.sphinx_ext", "sphinx_immaterial"],
        "templates_path": [str(SPHINX), str(SHARED)],
        "language": SPHINX_LANGUAGE[lang],
        "html_title": TEXT["site_name"][lang],
        "html_theme_options": {"font": False, "features": [], "plugins": {}},
        "html_context": {},
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_use_index": False,
        "html_permalinks_icon": "#",
        "casebank_root": str(repo.root),
        "casebank_audience": audience,
        "casebank_lang": lang,
        "casebank_standalone": standalone,
    }
