"""``casebank serve``: build, serve, and show edits as they are saved."""

from __future__ import annotations

import functools
import http.server
import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

from rich.console import Console
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from casebank.errors import CasebankError, EnvironmentFault
from casebank.paths import Repo
from casebank.progress import bar
from casebank.site.build import SOURCES, build
from casebank.site.refresh import Effect, Refresher, effect, relevant

EVENTS = "/_casebank/events"
#: An editor writes a file in several steps: wait until it is quiet for so long.
QUIET = 0.12
#: Put into pages by this server alone; a built site has no such script.
LISTENER = f"""<script>(function(){{var s=new EventSource("{EVENTS}"),b;
s.onmessage=function(e){{var m=JSON.parse(e.data);if(!m.error){{location.reload();return}}
b=b||document.body.appendChild(document.createElement("pre"));b.setAttribute("role","alert");
b.style.cssText="position:fixed;inset:auto 0 0 0;margin:0;padding:1em;"
+"background:#8c2f1b;color:#fff;z-index:99;white-space:pre-wrap";
b.textContent=m.error}};addEventListener("pagehide",function(){{s.close()}})}})()</script>"""


class Bell:
    """Wakes every open page when something changed."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._count = 0
        self._message = ""
        self.closed = False

    def ring(self, error: str = "") -> None:
        """Tell the pages: reload, or show an error."""
        with self._news:
            self._count += 1
            self._message = json.dumps({"error": error})
            self._news.notify_all()

    def close(self) -> None:
        """Let all listeners go."""
        with self._news:
            self.closed = True
            self._news.notify_all()

    def wait(self, seen: int, seconds: float) -> tuple[int, str]:
        """Wait for news after number ``seen``."""
        with self._news:
            self._news.wait_for(lambda: self._count > seen or self.closed, seconds)
            return self._count, self._message

    @property
    def count(self) -> int:
        """How often it rang."""
        return self._count


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder, never from a cache; adds the listener to pages."""

    bell: Bell | None = None

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""

    def do_GET(self) -> None:
        """Serve a file, or the stream of news."""
        if self.path == EVENTS and self.bell is not None:
            self._events(self.bell)
            return
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path = path / "index.html"
        if path.suffix == ".html" and path.is_file():
            self._page(path, 200)
        elif not path.exists():
            self._page(Path(self.directory) / "404.html", 404)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        """A page that is being edited is never old."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def _page(self, path: Path, status: int) -> None:
        content = path.read_bytes() if path.is_file() else b"no such page"
        if self.bell is not None:
            content += LISTENER.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _events(self, bell: Bell) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = bell.count
        try:
            while not bell.closed:
                count, message = bell.wait(seen, 15)
                self.wfile.write(f"data: {message}\n\n".encode() if count > seen else b":\n\n")
                self.wfile.flush()
                seen = count
        except OSError:
            # The page was closed.
            return


class Server(http.server.ThreadingHTTPServer):
    """Does not wait for open pages when it ends."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that went away is no fault."""


class _Watch(FileSystemEventHandler):
    def __init__(self, repo: Repo, changes: queue.Queue[Path]) -> None:
        self.repo, self.changes = repo, changes

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in ("modified", "created", "deleted", "moved"):
            return
        for name in (event.src_path, getattr(event, "dest_path", "")):
            path = Path(str(name)) if name else None
            if path and not event.is_directory and relevant(self.repo, path):
                self.changes.put(path)


class Worker(threading.Thread):
    """Takes changes as they come, makes the pages anew, rings the bell."""

    def __init__(self, repo: Repo, refresher: Refresher, bell: Bell, console: Console) -> None:
        super().__init__(daemon=True)
        self.repo, self.refresher, self.bell, self.console = repo, refresher, bell, console
        self.changes: queue.Queue[Path] = queue.Queue()

    def run(self) -> None:
        """Work until the process ends."""
        try:
            self.refresher.warm_up()
        except CasebankError as error:
            self.console.print(error.sentence(), style="red", highlight=False)
        while True:
            paths = {self.changes.get()}
            deadline = time.monotonic() + QUIET
            while (left := deadline - time.monotonic()) > 0:
                try:
                    paths.add(self.changes.get(timeout=left))
                except queue.Empty:
                    break
            self._take(effect(self.repo, paths))

    def _take(self, what: Effect) -> None:
        if what.code:
            self.console.print("the code changed: stop with Ctrl-C and serve again")
        if not what.parts:
            return
        try:
            changed, seconds = self.refresher.refresh(what)
        except CasebankError as error:
            self.console.print(error.sentence(), style="red", highlight=False, markup=False)
            self.bell.ring(error.sentence())
            return
        except Exception as error:
            self.console.print(f"a fault of Casebank's own: {type(error).__name__}: {error}")
            self.bell.ring(f"{type(error).__name__}: {error}")
            return
        shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if changed[3:] else "")
        self.console.print(f"{seconds:.1f} s  {shown or 'no page changed'}", highlight=False)
        self.bell.ring()
        for name in what.exercises:
            threading.Thread(target=self._prove, args=(name,), daemon=True).start()

    def _prove(self, name: str) -> None:
        """Prove an edited exercise beside the serving, which takes longer than showing it."""
        command = [sys.executable, "-m", "casebank.cli", "notebooks", "make", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().removeprefix("casebank: ")
            self.console.print(said, style="red", highlight=False, markup=False)
            self.bell.ring(said)
        else:
            self.console.print(f"exercise {name}: proved by its solution and probes")


def listen(host: str, port: int, folder: Path, bell: Bell | None) -> Server:
    """Open the server's socket.

    Raises:
        EnvironmentFault: when the address cannot be had.
    """
    handler = type("Bound", (Handler,), {"bell": bell})
    try:
        return Server((host, port), functools.partial(handler, directory=str(folder)))
    except OSError as error:
        raise EnvironmentFault(
            f"cannot listen on {host}:{port} ({error.strerror or error})",
            "",
            f"choose another port, for example {port + 1 if port < 65535 else 8001}",
        ) from None


def serve(
    repo: Repo,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    audience: str = "trainee",
    lang_first: str = "zh",
    watch: bool = True,
) -> None:
    """Build the site and serve it until Ctrl-C.

    Raises:
        ContentError: the site does not build.
        EnvironmentFault: the port is taken, or something is not installed.
    """
    console = Console()
    # Asked before the build, so that nobody waits minutes for nothing.
    listen(host, port, repo.root, None).server_close()
    with bar("build") as progress:
        report = build(repo, audience=audience, lang_first=lang_first, progress=progress)
    console.print(report.summary(), highlight=False)
    bell = Bell() if watch else None
    refresher = Refresher(repo, audience, report.folder) if watch else None
    folder = refresher.folder if refresher else report.folder
    server = listen(host, port, folder, bell)
    observer = Observer()
    if refresher is not None and bell is not None:
        worker = Worker(repo, refresher, bell, console)
        for name in SOURCES:
            if (repo.root / name).is_dir():
                observer.schedule(
                    _Watch(repo, worker.changes), str(repo.root / name), recursive=True
                )
        observer.start()
        worker.start()
    shown = f"[{host}]" if ":" in host else host
    console.print(f"http://{shown}:{server.server_port}/  (Ctrl-C ends it)", highlight=False)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        console.print("\nstopped")
    finally:
        if bell is not None:
            bell.close()
        if observer.is_alive():
            observer.stop()
        server.server_close()
