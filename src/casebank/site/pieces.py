"""Small pieces of HTML that portal and book share."""

from __future__ import annotations

from html import escape


def fact_list(items: list[str]) -> str:
    """A line of short facts under a title; nothing when there are none."""
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f'<ul class="cb-facts" data-pagefind-ignore>{lines}</ul>' if lines else ""


def buttons(links: list[tuple[str, str, str]]) -> str:
    """Downloads (address, name of the saved file, label), the first as the main one."""
    lines = "".join(
        f'<li><a class="cb-button{"" if number else " cb-button--first"}" href="{escape(href)}" '
        f'download="{escape(name)}">{escape(label)}</a></li>'
        for number, (href, name, label) in enumerate(links)
    )
    return f'<ul class="cb-buttons">{lines}</ul>'


def run_place(kind: str, slug: str) -> str:
    """Where the button to the browser labs goes, when the site is built with them."""
    return f'<p class="cb-run" data-run="{kind}/{slug}" hidden></p>'
