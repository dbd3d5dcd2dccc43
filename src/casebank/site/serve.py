"""``casebank serve``: the built site on this machine, brought up to date as sources are saved."""

from __future__ import annotations

import errno
import http.server
import ipaddress
import queue
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from casebank.check import visible
from casebank.errors import CasebankError, EnvironmentFault
from casebank.paths import Repo
from casebank.progress import bar
from casebank.site import policy
from casebank.site.build import IGNORED, SOURCES, BrowserLabs, build
from casebank.site.refresh import Refresher

#: Asked by a page that is looked at while it is written.
CHANGES = "/-/changes"
#: Seconds to wait for more of the same save: editors write a file in several steps.
QUIET = 0.08
#: Seconds after which an idle page asks again.
PATIENCE = 25.0
RELOAD = (
    "<script>(function ask(){{fetch('{path}?after={version}').then(function(r){{return r.text()}})"
    ".then(function(v){{v=='{version}'?ask():location.reload()}})"
    ".catch(function(){{setTimeout(ask,1500)}})}})()</script>"
)


#: Addresses that carry a digest of what is behind them.
LASTING = re.compile(
    r"/lite/((py|assets)-[0-9a-f]{12}/|(data|check)/[^/]+-[0-9a-f]{12}\.|build/.*[.=][0-9a-f]{7,}"
    r"|extensions/.*\.[0-9a-f]{16}\.)"
)
FOR_GOOD = "public, max-age=31536000, immutable"


#: What a server of this machine alone is called. A page of anywhere can have its own host's name
#: point here and would then read what is served as its own: it comes by that name, and gets nothing.
OWN_NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))
OTHER_NAME = (
    "This server answers to its own names only: {names}.\n本服务只认自己的名字：{names}。\n"
)
TWO_NAMES = "A request says once whom it is for.\n一个请求只能说一次它要找谁。\n"
OPEN = (
    "casebank: warning: this is the instructor's edition with teaching notes and solutions, and "
    "whoever reaches this machine can read it; for yourself alone: --host 127.0.0.1"
)
#: Seconds that a browser may take to ask.
ASKING = 60.0


def names_of(host: str) -> frozenset[str] | None:
    """The names to which a server on an address answers; None: to all, since others may come."""
    try:
        alone = ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = host == "localhost"
    return OWN_NAMES | {f"[{host}]" if ":" in host else host.lower()} if alone else None


class Version:
    """Counts the states of the site; pages wait for the next one."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()
        self.closed = False

    @property
    def number(self) -> int:
        """The state that is served now."""
        return self._number

    def next(self) -> None:
        """Say that pages have changed."""
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of all that wait."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def wait(self, after: str) -> int:
        """Wait until the state is another than ``after``, or patience ends."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or str(self._number) != after, PATIENCE)
            return self._number


def handler(
    root: Path, version: Version | None, names: frozenset[str] | None = None
) -> type[http.server.SimpleHTTPRequestHandler]:
    """A request handler for a site's folder.

    Args:
        root: the folder.
        version: with it pages reload themselves.
        names: to which names it answers; to any when not given.
    """

    class Handler(http.server.SimpleHTTPRequestHandler):
        """Serves the site as a static host would, and tells pages of changes."""

        protocol_version = "HTTP/1.1"
        timeout = ASKING
        extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
            ".mjs": "text/javascript",
            ".wasm": "application/wasm",
            ".whl": "application/zip",
        }

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, directory=str(root), **kwargs)

        def do_GET(self) -> None:
            self._answer(self._get)

        def do_HEAD(self) -> None:
            self._answer(super().do_HEAD)

        def _answer(self, how: Callable[[], None]) -> None:
            # Of two names whoever stands between may have looked at the other.
            if len(self.headers.get_all("Host", ())) > 1:
                self._say(400, TWO_NAMES.encode(), "plain")
                return
            if names is not None and not self._is_ours():
                said = OTHER_NAME.format(names=", ".join(sorted(names)))
                self._say(421, said.encode(), "plain")
                return
            try:
                self.translate_path(self.path)
                how()
            except ValueError:
                # A NUL is part of no file's name.
                self.send_error(404)
            except OSError as error:
                if error.errno != errno.ENAMETOOLONG:
                    raise
                self.send_error(404)

        def _is_ours(self) -> bool:
            # What sends no such line is no browser.
            said = self.headers.get("Host", "127.0.0.1").strip().lower()
            name, colon, port = said.rpartition(":")
            return (name if colon and port.isdigit() else said).rstrip(".") in names

        def _get(self) -> None:
            if version is not None and self.path.startswith(CHANGES):
                self._say(200, str(version.wait(self.path.rpartition("=")[2])).encode(), "plain")
                return
            path = Path(self.translate_path(self.path))
            if path.is_dir() and self.path.split("?")[0].endswith("/"):
                path = path / "index.html"
            if path.suffix == ".html" and path.is_file() and not self.path.startswith("/lite/"):
                self._page(200, path)
                return
            small = path.with_name(f"{path.name}.gz")
            if "gzip" in self.headers.get("Accept-Encoding", "") and small.is_file():
                self._packed(path, small)
                return
            super().do_GET()

        def _packed(self, path: Path, small: Path) -> None:
            """The compressed twin that was made with the file."""
            body = small.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _page(self, code: int, path: Path) -> None:
            body = path.read_bytes()
            if version is not None:
                body += RELOAD.format(path=CHANGES, version=version.number).encode()
            self._say(code, body, "html")

        def _say(self, code: int, body: bytes, kind: str) -> None:
            self.send_response(code)
            self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def send_error(self, code: int, *args: Any, **kwargs: Any) -> None:
            page = root / "404.html"
            if code == 404 and page.is_file():
                self._page(404, page)
            else:
                super().send_error(code, *args, **kwargs)

        def end_headers(self) -> None:
            lasting = LASTING.match(self.path)
            self.send_header("Cache-Control", FOR_GOOD if lasting else "no-cache")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header(policy.NAME, policy.POLICY)
            super().end_headers()

        def list_directory(self, path: Any) -> None:
            self.send_error(404)

        def log_message(self, *args: Any) -> None:
            """Requests are not news."""

    return Handler


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no fault."""


def listen(host: str, port: int, root: Path, version: Version | None) -> _Server:
    """Bind the port.

    Raises:
        EnvironmentFault: when somebody else has it.
    """
    kind: type[_Server] = _Server
    if ":" in host:
        kind = type("Server6", (_Server,), {"address_family": socket.AF_INET6})
    try:
        return kind((host, port), handler(root, version, names_of(host)))
    except OSError as error:
        other = port + 1 if port < 65535 else 8001
        raise EnvironmentFault(
            f"cannot listen on {host}:{port} ({error.strerror or error})",
            "",
            f"choose another port: --port {other}",
        ) from None


class _Watcher(FileSystemEventHandler):
    """Collects the paths of saved files."""

    def __init__(self, root: Path, saved: queue.Queue[Path]) -> None:
        self.root = root
        self.saved = saved

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory or event.event_type in ("opened", "closed_no_write"):
            return
        for name in (event.src_path, getattr(event, "dest_path", "")):
            path = Path(str(name)) if name else None
            if path is None or not IGNORED.isdisjoint(path.parts):
                continue
            # Editors' own files, and ours on their way to their name.
            if path.name.startswith(".") or path.name.endswith(("~", ".swp", ".part", ".pyc")):
                continue
            self.saved.put(path)


def _gather(saved: queue.Queue[Path]) -> set[Path]:
    """All files of one save."""
    paths = {saved.get()}
    while True:
        try:
            paths.add(saved.get(timeout=QUIET))
        except queue.Empty:
            return paths


def _follow(
    saved: queue.Queue[Path], refresher: Refresher, version: Version, say: Callable[[str], None]
) -> None:
    """Bring the site up to date after each save, for ever."""
    try:
        refresher.warm()
    except Exception as error:
        say(f"casebank: the first edit will take longer ({type(error).__name__}: {error})")
    while True:
        paths = _gather(saved)
        began = time.monotonic()
        names = ", ".join(sorted(refresher.repo.relative(path) for path in paths)[:3])
        try:
            changed = refresher.refresh(paths)
        except CasebankError as error:
            say(f"casebank: {error.sentence()}")
            continue
        except Exception as error:
            say(f"casebank: {names} could not be shown ({type(error).__name__}: {error})")
            continue
        if changed:
            version.next()
            say(f"{names}: {changed} files of the site, {time.monotonic() - began:.1f} s")
        for problem in refresher.after():
            say(f"casebank: {problem}")


def serve(
    repo: Repo,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    audience: str = "trainee",
    lang_first: str = "zh",
    watch: bool = True,
    browser_labs: BrowserLabs | None = None,
) -> None:
    """Build the site, serve it, show edits; ends at Ctrl-C.

    Raises:
        CasebankError: the port is taken, or there is no site to show.
    """

    def say(text: str) -> None:
        visible.say(text, sys.stderr)

    root = (repo.site if audience == "trainee" else repo.site_instructor).resolve()
    version = Version() if watch else None
    # The port first: minutes of building for nothing would be worse.
    server = listen(host, port, root, version)
    try:
        refresher = Refresher(repo, audience, root, lang_first, browser_labs is not None)
        # From here on, so that an edit made during the build is not missed.
        saved = _watch(repo) if watch else None
        try:
            with bar("build") as progress:
                report = build(
                    repo,
                    audience=audience,
                    lang_first=lang_first,
                    progress=progress,
                    book=refresher.book,
                    browser_labs=browser_labs,
                )
            say(report.summary())
        except CasebankError as error:
            if not watch or not (root / "index.html").is_file():
                raise
            say(f"casebank: {error.sentence()}\nshowing the last site that was whole")
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{server.server_port}/   (Ctrl-C ends)")
        if audience != "trainee" and names_of(host) is None:
            say(OPEN)
        if saved is not None and version is not None:
            threading.Thread(
                target=_follow, args=(saved, refresher, version, say), name="follow", daemon=True
            ).start()
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        say("\nstopped")
    finally:
        if version is not None:
            version.close()
        server.server_close()


def _watch(repo: Repo) -> queue.Queue[Path]:
    """Start to look at the sources; gives the queue of saved files."""
    saved: queue.Queue[Path] = queue.Queue()
    observer = Observer()
    watcher = _Watcher(repo.root, saved)
    folders = [repo.root / name for name in SOURCES if name != "src/casebank"]
    for folder in (*folders, repo.code / "site" / "theme"):
        if folder.is_dir():
            observer.schedule(watcher, str(folder), recursive=True)
    observer.daemon = True
    observer.start()
    return saved
