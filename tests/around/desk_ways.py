"""Ways by which something that a trainee made could run, load or cover on an instructor's page.

Each puts something into a notebook that was graded. A page that lets it run sets
``window.SHOWN_name``; one that lets it load asks ``elsewhere.invalid`` for ``name``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ELSEWHERE = "http://elsewhere.invalid/"


def _run(name: str) -> str:
    return f"window.SHOWN_{name}=1"


def _shows(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    cell = new_code_cell("show()")
    cell.outputs = [new_output("display_data", data, metadata=metadata or {})]
    return cell


def _html(text: str) -> Callable[[str], Any]:
    return lambda name: _shows({"text/html": _filled(text, name)})


def _essay(text: str) -> Callable[[str], Any]:
    return lambda name: new_markdown_cell(_filled(text, name))


def _filled(text: str, name: str) -> str:
    return text.replace("RUN", _run(name)).replace("ELSEWHERE", ELSEWHERE + name)


def _data(mime: str, text: str) -> Callable[[str], Any]:
    return lambda name: _shows({mime: _filled(text, name)})


def _pixel(**metadata: Any) -> Callable[[str], Any]:
    def make(name: str) -> Any:
        about = {key: _filled(value, name) for key, value in metadata.items()}
        return _shows({"image/png": PIXEL}, {"image/png": about, **about})

    return make


def _framed(name: str) -> Any:
    return _shows(
        {"text/html": f"<script>top.{_run(name)[7:]}</script>"}, {"text/html": {"isolated": True}}
    )


def _attached(name: str) -> Any:
    cell = new_markdown_cell("![x](attachment:x.png)")
    cell["attachments"] = {"x.png": {f'image/png" onerror="{_run(name)}" x="': PIXEL}}
    return cell


def _attached_page(name: str) -> Any:
    cell = new_markdown_cell("[open](attachment:x.html) ![x](attachment:x.html)")
    page = base64.b64encode(f"<script>opener.{_run(name)[7:]}</script>".encode()).decode()
    cell["attachments"] = {"x.html": {"text/html": page}}
    return cell


def _identity(name: str) -> Any:
    cell = _shows({"text/plain": "id"})
    cell["id"] = f'x" onmouseover="{_run(name)}" autofocus onfocus="{_run(name)}'
    return cell


def _tagged(name: str) -> Any:
    cell = _shows({"text/plain": "tag"})
    cell.metadata["tags"] = [f'"><img src=x onerror="{_run(name)}">']
    return cell


def _error(name: str) -> Any:
    cell = new_code_cell("raise")
    text = (
        f'\x1b[31m<img src=x onerror="{_run(name)}">\x1b[38;2;1;2;3"><script>{_run(name)}</script>m'
    )
    cell.outputs = [new_output("error", ename=text, evalue=text, traceback=[text])]
    return cell


def _printed(name: str) -> Any:
    cell = new_code_cell("print")
    text = f"<script>{_run(name)}</script>\x1b[1;31m<svg onload='{_run(name)}'>"
    cell.outputs = [new_output("stream", name="stdout", text=text)]
    return cell


def _counted(name: str) -> Any:
    cell = _shows({"text/plain": "count"})
    cell["execution_count"] = f"<img src=x onerror={_run(name)}>"
    return cell


def _graded(name: str) -> Any:
    cell = new_markdown_cell("mine")
    text = f'"><img src=x onerror="{_run(name)}">'
    cell.metadata["nbgrader"] = {
        "grade_id": text, "grade": True, "solution": True, "points": 1, "task": False,
        "locked": False, "schema_version": 3, "comment": text, "score": 1,
    }  # fmt: skip
    return cell


def _field(name: str) -> Any:
    cell = new_markdown_cell("mine")
    cell.metadata["nbgrader"] = {"grade": True, "solution": True, "points": 1}
    return cell


def _view(name: str) -> Any:
    text = f"</script><script>{_run(name)}</script><!--<script>"
    return _shows({"application/vnd.jupyter.widget-view+json": {"model_id": "m", "x": text}})


def _source(name: str) -> Any:
    cell = new_code_cell(f"x = '</pre></div><script>{_run(name)}</script>'")
    cell.metadata["magics_language"] = f'x"><script>{_run(name)}</script>'
    return cell


#: What runs by itself, or when it is looked at.
RUNS: dict[str, Callable[[str], Any]] = {
    "script": _html("<script>RUN</script>"),
    "script_essay": _essay("a\n\n<script>RUN</script>\n"),
    "error_of_a_picture": _html("<img src=x onerror='RUN'>"),
    "error_of_a_picture_essay": _essay("a <img src=x onerror='RUN'> b"),
    "svg_in_html": _html("<svg onload='RUN'><script>RUN</script></svg>"),
    "svg_in_markdown": _data("text/markdown", "<svg onload='RUN'></svg>"),
    "animation": _html("<svg><animate onbegin='RUN' attributeName=x dur=1s></animate></svg>"),
    "details": _essay("<details open ontoggle='RUN'>answer</details>"),
    "focus": _html("<input autofocus onfocus='RUN'><a autofocus tabindex=0 onfocus='RUN'>x</a>"),
    "media": _html("<video src=x onerror='RUN'></video><audio src=x onerror='RUN'></audio>"),
    "marquee": _html("<marquee onstart='RUN'>x</marquee>"),
    "frame": _html("<iframe srcdoc='<script>parent.RUN</script>'></iframe>".replace("parent.RUN", "parent.RUN")),
    "frame_of_a_script": _html("<iframe src='javascript:parent.RUN'></iframe>"),
    "isolated_output": _framed,
    "object": _html("<object data='data:text/html,<script>top.RUN</script>'></object><embed src='javascript:RUN'>"),
    "javascript": _data("application/javascript", "RUN"),
    "widget": _view,
    "latex": _data("text/latex", "$x$</div><script>RUN</script>"),
    "formula": _essay("$\\text{<img src=x onerror='RUN'>}$ and $$\\href{javascript:RUN}{x}$$"),
    "formula_that_fails": _essay("$\\frac{<img src=x onerror='RUN'>$"),
    "svg_output": _data("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='RUN'><script>RUN</script></svg>"),
    "png_that_is_none": _data("image/png", "x\" onerror=\"RUN\" y=\""),
    "width": _pixel(width="1 onload=RUN", height="1 onload=RUN"),
    "alt": _pixel(alt="x\" onload=\"RUN"),
    "unclosed": _html("<table title='</div><img src=x onerror=RUN>'><style><!--</style><img title='--><img src=x onerror=RUN>'>"),
    "mutated": _html("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=RUN&gt;'>"),
    "mutated_template": _html("<noscript><p title='</noscript><img src=x onerror=RUN>'><template><script>RUN</script></template>"),
    "mermaid": _essay("```mermaid\ngraph TD\n<img src=x onerror='RUN'>\n```"),
    "mermaid_output": _data("text/vnd.mermaid", "<img src=x onerror='RUN'>"),
    "code_block": _essay("```x\"><img/src=x/onerror=RUN>\ncode\n```"),
    "heading": _essay("# x\" onmouseover=\"RUN <img src=x onerror='RUN'>"),
    "link_title": _essay("[x](http://a.b 'y\" onfocus=\"RUN') ![x\" onerror=\"RUN](x)"),
    "raw_cell": lambda name: new_raw_cell(f"<script>{_run(name)}</script><img src=x onerror='{_run(name)}'>"),
    "attachment": _attached,
    "attached_page": _attached_page,
    "cell_id": _identity,
    "cell_tag": _tagged,
    "traceback": _error,
    "printed": _printed,
    "execution_count": _counted,
    "grade_id": _graded,
    "source": _source,
}  # fmt: skip

#: What runs, or leads to something that runs, when it is clicked.
CLICKED: dict[str, Callable[[str], Any]] = {
    "script_link": _essay("[x](javascript:RUN)"),
    "script_link_hidden": _html("<a href='java&#10;script:RUN'>x</a><a href=' &#1;javascript:RUN'>x</a>"),
    "data_link": _html("<a href='data:text/html,<script>RUN</script>'>x</a>"),
    "svg_link": _html("<svg><a xlink:href='javascript:RUN'><text>x</text></a></svg>"),
    "formula_link": _html("<math><mi href='javascript:RUN' xlink:href='javascript:RUN'>x</mi></math>"),
    "area": _html("<map name=m><area href='javascript:RUN' shape=default></map><img usemap='#m' src=x>"),
    "form": _html("<form action='javascript:RUN'><button formaction='javascript:RUN'>x</button></form>"),
    "server_address": _essay("[x](/formgrader?path=/tmp) [y](../../../logout) [z](//elsewhere.invalid/x)"),
    "bootstrap": _html("<a data-toggle=modal data-remote=ELSEWHERE href=ELSEWHERE data-link=x data-target='#x'>x</a>"),
}  # fmt: skip

#: What would fetch something from another host, and tell it so that the page was opened.
LOADS: dict[str, Callable[[str], Any]] = {
    "picture": _html("<img src='ELSEWHERE'><img srcset='ELSEWHERE 1x'>"),
    "picture_essay": _essay("![x](ELSEWHERE)"),
    "picture_of_the_scheme": _html("<img src='//elsewhere.invalid/x'><img src='\\\\elsewhere.invalid/x'>"),
    "background": _html("<div style='background:url(ELSEWHERE);width:9px'>x</div><table background='ELSEWHERE'><tr><td>x</table>"),
    "sheet": _html("<link rel=stylesheet href='ELSEWHERE'><style>@import 'ELSEWHERE';</style>"),
    "prefetch": _html("<link rel=prefetch href='ELSEWHERE'><link rel=preconnect href='http://elsewhere.invalid'>"),
    "refresh": _html("<meta http-equiv=refresh content='0;url=ELSEWHERE'>"),
    "film": _html("<video poster='ELSEWHERE' autoplay><source src='ELSEWHERE'></video>"),
    "picture_in_svg": _data("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><image href='ELSEWHERE'/></svg>"),
    "formula_picture": _html("<math><mglyph src='ELSEWHERE'></mglyph></math>"),
    "list_sign": _html("<ul style='list-style-image:url(ELSEWHERE)'><li style='cursor:url(ELSEWHERE),auto'>x</ul>"),
}  # fmt: skip

#: What would move or cover what is the page's own.
COVERS: dict[str, Callable[[str], Any]] = {
    "fixed": _html("<div style='position:fixed;inset:0;z-index:99999;background:#fff'>all right</div>"),
    "class_of_the_page": _html("<div class='modal in navbar-fixed-top' style='display:block'>x</div>"),
    "sheet_for_the_page": _html("<style>input{display:none!important} body{margin-top:-900px}</style>"),
    "negative_margin": _html("<div style='margin-top:-3000px;height:3000px;background:#fff'>x</div>"),
    "tall_text": lambda name: _printed_text("Z" + "\u0335\u0310\u0311" * 2000),
    "raised": _html("<sup style='font-size:200%'>" * 12 + "x" + "</sup>" * 12),
    "wide_border": _html("<span style='border:900px solid white;position:relative'>x</span>"),
    "base": _html("<base href='ELSEWHERE'><base target=_blank>"),
    "closed_too_early": _html("</div></div></div></div></div></body></html><div>x"),
    "same_name": _html("<form id=formgrader name=MathJax><input id=statusmessage name=base_url></form><a id=essay-score name=essay-score class=score>9</a>"),
    "false_field": _html("<input class='score tabbable' value=99><textarea class='comment tabbable'>ok</textarea>"),
    "field_without_a_name": _field,
    "heading_of_the_same_name": _essay("# statusmessage\n\n## notebook-container"),
}  # fmt: skip


def _printed_text(text: str) -> Any:
    cell = new_code_cell("print")
    cell.outputs = [new_output("stream", name="stdout", text=text)]
    return cell


ALL = {**RUNS, **CLICKED, **LOADS, **COVERS}


def spoil(notebook: Any) -> Any:
    """A graded notebook with every way in it, each in a cell of its own."""
    cells = [make(name) for name, make in ALL.items()]
    script = f"</script><script>{_run('metadata')}</script>"
    notebook.metadata["title"] = script
    notebook.metadata["language_info"] = {
        "name": script,
        "pygments_lexer": f'x"><img src=x onerror="{_run("metadata")}">',
    }
    notebook.metadata["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {
            "state": {"m": {"x": script}}, "version_major": 2, "version_minor": 0,
        }
    }  # fmt: skip
    notebook.cells = [*notebook.cells, *cells]
    return notebook


def written(notebook: Any) -> str:
    """Its text; nothing asks whether it is a valid one."""
    import json

    return json.dumps(notebook, ensure_ascii=False)


__all__ = [
    "ALL",
    "CLICKED",
    "COVERS",
    "ELSEWHERE",
    "LOADS",
    "PIXEL",
    "RUNS",
    "nbformat",
    "spoil",
    "written",
]
