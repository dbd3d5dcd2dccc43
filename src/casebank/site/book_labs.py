"""An executed lab as the book shows it: tidy tables, drawings as files, formulas as MathML."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from casebank.files import write_bytes
from casebank.site.prose import outside_code

#: A drawing of many points is smaller as pixels.
LARGEST_SVG = 120_000
_ALT = {"zh": "单元格画出的图", "en": "Figure drawn by the cell"}
_STYLE = re.compile(r"<style\b.*?</style>\s*", re.S)
_CELL = re.compile(r"<(td|th)\b(?P<more>[^>]*)>(?P<text>.*?)</\1>", re.S)
_NUMBER = re.compile(r"^[+\-\N{MINUS SIGN}]?[\d,]*\.?\d+(?:e[+-]?\d+)?%?$")
_HEADING = re.compile(r"^(#{2,4})[ \t]+(.*?)[ \t]*(?:\{#([^}\s]*)\})?[ \t]*$", re.M)


def prose(source: str, where: str, steps: Iterator[int]) -> str:
    """Markdown of a prose cell for MyST: formulas as MathML, an id for each heading.

    Ids are numbers in the order of the headings, so both languages have the same.
    """

    def named(match: re.Match[str]) -> str:
        number = next(steps)
        return f"{{#{match[3] or f'step-{number}'}}}\n{match[1]} {match[2]}"

    return outside_code(source, where, lambda text: _HEADING.sub(named, text))


def _aligned(body: str, head: str) -> tuple[str, str]:
    """Columns of numbers are set to the right, everything else to the left."""
    rows = [_CELL.findall(row) for row in body.split("</tr>") if "<t" in row]
    width = max((len(row) for row in rows), default=0)
    numeric = []
    for i in range(width):
        cells = [row[i][2].strip() for row in rows if len(row) == width]
        filled = [cell for cell in cells if cell not in ("", "NaN", "NaT", "...")]
        numeric.append(bool(filled) and all(_NUMBER.match(cell) for cell in filled))

    def mark(part: str) -> str:
        lines = part.split("</tr>")
        for at, line in enumerate(lines):
            if len(_CELL.findall(line)) == width:
                places = iter(numeric)
                lines[at] = _CELL.sub(
                    lambda m, places=places: (
                        f'<{m[1]}{m["more"]} class="num">{m["text"]}</{m[1]}>'
                        if next(places)
                        else m[0]
                    ),
                    line,
                )
        return "</tr>".join(lines)

    return mark(head), mark(body)


def table(html: str) -> str:
    """A DataFrame's table without pandas' own styles, with its headings marked as such."""
    html = _STYLE.sub("", html)
    html = re.sub(r'<table border="1" class="dataframe">', '<table class="dataframe">', html)
    html = re.sub(r'<tr style="text-align: right;">', "<tr>", html)
    html = re.sub(r' (?:halign|valign|align)="\w+"', "", html)
    head, found, body = html.partition("</thead>")
    if found:
        head = re.sub(r"<th\b(?![^>]*scope=)", '<th scope="col"', head)
        # An empty heading says nothing to a screen reader; a cell is what it is.
        head = re.sub(r"<th scope=\"col\"([^>]*)></th>", r"<td\1></td>", head)
        body = re.sub(r"<th\b(?![^>]*scope=)", '<th scope="row"', body)
        head, body = _aligned(body, head)
    return head + found + body


def _size(svg: str) -> tuple[int, int]:
    width = re.search(r'<svg\b[^>]*?\swidth="([\d.]+)pt"', svg)
    height = re.search(r'<svg\b[^>]*?\sheight="([\d.]+)pt"', svg)
    if not width or not height:
        return 0, 0
    return round(float(width[1]) * 4 / 3), round(float(height[1]) * 4 / 3)


def drawing(output: dict[str, Any], alt: str, name: str, folder: Path) -> str:
    """Write a drawing beside the page and return the HTML that shows it."""
    data = output["data"]
    svg = data.get("image/svg+xml", "")
    svg = "".join(svg) if isinstance(svg, list) else svg
    if svg and (len(svg) <= LARGEST_SVG or "image/png" not in data):
        file, content = f"{name}.svg", svg.encode("utf-8")
        width, height = _size(svg)
    else:
        file, content = f"{name}.png", base64.b64decode(data["image/png"])
        known = output.get("metadata", {}).get("image/png", {})
        width, height = int(known.get("width", 0)), int(known.get("height", 0))
    write_bytes(folder / file, content)
    size = f' width="{width}" height="{height}"' if width and height else ""
    return (
        f'<figure class="cb-drawing"><img src="{file}" alt="{escape(alt)}"{size} loading="lazy">'
        "</figure>"
    )


def _output(output: NotebookNode, alt: str, name: str, folder: Path) -> NotebookNode | None:
    data = output.get("data", {})
    if output.output_type == "stream":
        return nbformat.v4.new_output("stream", name="stdout", text=output.text)
    if "image/svg+xml" in data or "image/png" in data:
        html = drawing(output, alt, name, folder)
    elif "text/html" in data:
        html = table("".join(data["text/html"]))
    elif "text/markdown" in data:
        return nbformat.v4.new_output(
            "display_data", {"text/markdown": "".join(data["text/markdown"])}
        )
    elif "text/plain" in data:
        return nbformat.v4.new_output("display_data", {"text/plain": "".join(data["text/plain"])})
    else:
        return None
    return nbformat.v4.new_output("display_data", {"text/html": html})


def page(notebook: NotebookNode, head: str, lang: str, folder: Path, where: str) -> NotebookNode:
    """The notebook that MyST-NB turns into the lab's page.

    Args:
        notebook: with outputs, as executed.
        head: Markdown that stands under the title.
        lang: zh or en.
        folder: where drawings are written; the page links them by name.
        where: the lab's source, for messages.
    """
    cells: list[NotebookNode] = []
    headed = False
    drawn = 0
    steps = itertools.count(1)
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            source = prose(cell.source, f"{where}, cell {number}", steps)
            if not headed:
                title, _, rest = source.partition("\n")
                source = "\n\n".join(
                    filter(None, [f"{{#title}}\n{title}", head.strip(), rest.strip()])
                )
                headed = True
            cells.append(nbformat.v4.new_markdown_cell(source, id=cell.id))
            continue
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", _ALT[lang])
        outputs = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            drawn += "image/png" in data or "image/svg+xml" in data
            shown = _output(output, alt, f"{notebook.metadata.casebank.lab}-{drawn}", folder)
            if shown is not None:
                outputs.append(shown)
        cells.append(nbformat.v4.new_code_cell(cell.source, id=cell.id, outputs=outputs))
    metadata = {key: notebook.metadata[key] for key in ("kernelspec", "language_info")}
    new = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    new.nbformat_minor = 5
    return new
