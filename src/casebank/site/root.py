"""The pages above both languages: the door that picks one, and the page that is not there."""

from __future__ import annotations

from casebank.lang import HTML_LANG, LANGS, other
from casebank.site.strings import TEXT

_STYLE = """
:root{color-scheme:light dark;--p:#fbf8f1;--i:#1d2433;--b:#12355b;--s:#565d6b}
@media(prefers-color-scheme:dark){:root{--p:#161c27;--i:#dde2ea;--b:#a9c8ee;--s:#a3adbd}}
body{margin:0;min-height:100vh;display:grid;place-content:center;padding:1rem;text-align:center;
background:var(--p);color:var(--i);
font:17px/1.7 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{display:grid;gap:1rem}img{display:block;margin:0 auto}
h1{margin:0;font-size:1.6rem;color:var(--b)}p{margin:0;color:var(--s)}
nav{display:flex;gap:1rem;justify-content:center;flex-wrap:wrap}
a{padding:.4rem 1.2rem;border:1px solid var(--b);color:var(--b)}
:focus-visible{outline:2px solid var(--b);outline-offset:2px}
"""
_CHOOSE = """
(function(){var l,n=navigator.languages||[navigator.language||""],i;
try{l=localStorage.getItem("casebank.lang")}catch(e){}
if(l!="zh"&&l!="en"){l="";for(i=0;i<n.length&&!l;i++){
var c=(n[i]||"").slice(0,2).toLowerCase();if(c=="zh"||c=="en")l=c}}
location.replace((l||"FIRST")+"/"+location.search+location.hash)})()
"""


def _page(lang: str, title: str, body: str, head: str) -> str:
    return (
        f'<!doctype html><html lang="{HTML_LANG[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title>{head}<style>{''.join(_STYLE.split(chr(10)))}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _links(first: str, prefix: str) -> str:
    names = {"zh": "中文", "en": "English"}
    items = "".join(
        f'<a href="{prefix}{lang}/" lang="{HTML_LANG[lang]}" hreflang="{HTML_LANG[lang]}" '
        f'data-lang="{lang}">{names[lang]}</a>'
        for lang in (first, other(first))  # type: ignore[arg-type]
    )
    return f"<nav>{items}</nav>"


def door(first: str) -> str:
    """``/index.html``: by remembered choice, else by the browser's languages, else ``first``.

    Without scripts it stays and shows both links.
    """
    lines = "".join(
        f'<p lang="{HTML_LANG[lang]}">{TEXT["tagline"][lang]}</p>'
        for lang in (first, other(first))  # type: ignore[arg-type]
    )
    alternates = "".join(
        f'<link rel="alternate" hreflang="{HTML_LANG[lang]}" href="{lang}/">' for lang in LANGS
    )
    head = (
        f'<meta name="description" content="{TEXT["tagline"]["zh"]} · {TEXT["tagline"]["en"]}">'
        f'{alternates}<link rel="icon" type="image/svg+xml" href="assets/seal.svg">'
        f"<script>{''.join(_CHOOSE.replace('FIRST', first).split(chr(10)))}</script>"
    )
    body = (
        '<img src="assets/seal.svg" alt="" width="64" height="64"><h1>Casebank</h1>'
        f"{lines}{_links(first, '')}"
    )
    return _page(first, "Casebank", body, head)


def missing(first: str) -> str:
    """``/404.html``: shown at any depth, so it finds the site's root by the address itself."""
    names = " · ".join(TEXT["not_found"][lang] for lang in (first, other(first)))  # type: ignore[arg-type]
    script = (
        "<script>(function(){var m=location.pathname.match(/^(.*?\\/)(zh|en)\\//);"
        "if(m)document.querySelectorAll('nav a').forEach(function(a){"
        "a.href=m[1]+a.dataset.lang+'/'})})()</script>"
    )
    head = f'<meta name="description" content="{names}"><meta name="robots" content="noindex">'
    return _page(
        first, f"404 - {names}", f"<h1>404</h1><p>{names}</p>{_links(first, '/')}{script}", head
    )
