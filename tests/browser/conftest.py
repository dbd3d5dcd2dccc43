"""A real Chromium on the built site, with the network closed but for the site's own host."""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from casebank.paths import Repo

ROOT = Path(__file__).resolve().parents[2]
#: The site is served below a path, so a link that starts at the host's root fails.
PREFIX = "/some/where/"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--metrics-recording-only",
    "--safebrowsing-disable-auto-update",
    "--disable-features=OptimizationHints,Translate,MediaRouter",
    "--font-render-hinting=none",
    # No name but this machine's is found. Not by Playwright's routes: with them nothing is cached,
    # and each file of a page goes through Python.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


#: Rules of axe-core whose answer may be another one in dark colours.
COLOURS = ["color-contrast", "link-in-text-block", "image-alt", "svg-img-alt", "role-img-alt"]

#: Of the thousands of tokens in a lab's code one of each kind stays to be looked at: the colour of a
#: token hangs on its class and on the classes around it, and axe takes a millisecond for each.
ONE_TOKEN_OF_A_KIND = """() => {
  const seen = new Set();
  for (const token of document.querySelectorAll("pre span[class]:not(:has(*))")) {
    let kind = "";
    for (let at = token; at && at !== document.body; at = at.parentElement) kind += "/" + at.className;
    if (seen.has(kind)) token.replaceWith(token.textContent); else seen.add(kind);
  }
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site below PREFIX, as a static host does: with a 404 page."""

    root: Path

    def translate_path(self, path: str) -> str:
        inside = path.split("?", 1)[0].split("#", 1)[0]
        if not inside.startswith(PREFIX):
            return str(self.root / "nothing-here")
        self.directory = str(self.root)
        return super().translate_path("/" + inside.removeprefix(PREFIX))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = self.root / "404.html"
        if code == 404 and page.is_file():
            body = page.read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        super().send_error(code, message, explain)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Site:
    """The built site and where it is served."""

    root: Path
    base: str

    @property
    def pages(self) -> list[str]:
        """Addresses of all pages in both languages, below the base."""
        found = [p for lang in ("zh", "en") for p in sorted((self.root / lang).rglob("index.html"))]
        return [p.parent.relative_to(self.root).as_posix() + "/" for p in found]

    def one_of_each(self) -> list[str]:
        """A page of every kind in both languages."""
        kinds: dict[str, str] = {}
        for page in self.pages:
            html = (self.root / page / "index.html").read_text(encoding="utf-8")
            kind = html.split("cb-page-", 1)[1].split('"', 1)[0].split(" ", 1)[0].split(">", 1)[0]
            kinds.setdefault(f"{page[:2]} {kind}", page)
        return list(kinds.values())


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Build the site unless it is there and true, and serve it."""
    given = os.environ.get("CASEBANK_TEST_SITE")
    if given:
        root = Path(given)
    else:
        from casebank.site.build import build

        root = build(Repo(ROOT)).folder
    handler = type("Handler", (_Handler,), {"root": root})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(root, f"http://127.0.0.1:{server.server_port}{PREFIX}")
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield chromium
        chromium.close()


@dataclass
class Watch:
    """What a page did that it should not have done, and what it loaded."""

    problems: list[str] = field(default_factory=list)
    loaded: dict[str, int] = field(default_factory=dict)


@dataclass
class Opened:
    """A page under watch."""

    page: Page
    context: BrowserContext
    watch: Watch


@pytest.fixture
def opened(site: Site, browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open an address in a fresh context: ``opened("zh/", width=390, scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def open_page(
        address: str, *, width: int = 1280, height: int = 800, scheme: str = "light", **more: Any
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=more.pop("locale", "zh-CN"),
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        watch = Watch()

        def gate(request: Request) -> None:
            if not request.url.startswith((site.base, "data:", "blob:")):
                watch.problems.append(f"asks another address: {request.url}")

        context.on("request", gate)
        page = context.new_page()
        page.on(
            "console",
            lambda m: (
                watch.problems.append(f"console {m.type}: {m.text}")
                if m.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: watch.problems.append(f"script: {error}"))

        def note(response: Any) -> None:
            if response.status >= 400:
                watch.problems.append(f"{response.status}: {response.url}")
            elif response.request.resource_type != "image" and response.status == 200:
                # To read it here would send it through the browser's pipe once more.
                told = response.headers.get("content-length")
                watch.loaded[response.url] = int(told) if told else len(response.body())

        page.on("response", note)
        page.goto(site.base + address)
        # Whatever a page asks for late, it asks for right after it is loaded.
        page.wait_for_timeout(30)
        return Opened(page, context, watch)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def walk(site: Site, opened: Callable[..., Opened]) -> Callable[..., Iterator[tuple[str, Page]]]:
    """Go through addresses in one context: ``for address, page in walk(pages, width=390)``."""

    def run(addresses: list[str], **options: Any) -> Iterator[tuple[str, Page]]:
        page = None
        for address in addresses:
            if page is None:
                page = opened(address, **options).page
            else:
                page.goto(site.base + address)
            yield address, page

    return run


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def violations(axe: str) -> Callable[..., list[str]]:
    """Run axe-core on a page: each violation as one line.

    With ``colours`` only what colours and pictures decide is looked at: all else is the same page.
    """

    def run(page: Page, *, colours: bool = False) -> list[str]:
        if not page.evaluate("typeof axe !== 'undefined'"):
            page.evaluate(axe + "\n;void 0")
        page.evaluate(ONE_TOKEN_OF_A_KIND)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if colours:
            options["runOnly"] = {"type": "rule", "values": COLOURS}
        found = page.evaluate(
            "options => axe.run(document, options).then(result => result.violations)", options
        )
        return [
            f"{item['id']}: {node['target']} {node['html'][:140]}"
            for item in found
            for node in item["nodes"][:3]
        ]

    return run
