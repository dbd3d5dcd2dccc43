"""Courses with one honest and one hostile hand-in, a Jupyter server, and a browser to look."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import desk_ways as ways
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Error, TimeoutError

SLUG, BOOK = "ps1", "work"
NAME = (
    "<img src=x onerror=window.SHOWN_name=1>\"'`${1}</script><script>window.SHOWN_name=1</script>"
)
FILES = {
    "evil.html": "<script>window.SHOWN_file=1</script>",
    "evil.htm": "<script>window.SHOWN_file=1</script>",
    "evil.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'><script>window.SHOWN_file=1</script></html>",
    "evil.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>window.SHOWN_file=1</script></svg>",
    "evil.xml": "<x xmlns:h='http://www.w3.org/1999/xhtml'><h:script>window.SHOWN_file=1</h:script></x>",
    "evil.xsl": "<x/>",
    "evil.js": "window.SHOWN_file=1",
    "evil.mht": "MIME-Version: 1.0\nContent-Type: text/html\n\n<script>window.SHOWN_file=1</script>",
    "evil.pdf": "%PDF-1.4\n",
    "evil.shtml": "<script>window.SHOWN_file=1</script>",
    "evil": "<html><script>window.SHOWN_file=1</script></html>",
    "evil.txt": "<html><script>window.SHOWN_file=1</script></html>",
    "nbgrader_config.py": "import pathlib; pathlib.Path(__file__).with_name('RAN').write_text('1')\n",
}
FIGURE = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20' fill='red'/></svg>"


def _meta(name: str, **more: Any) -> dict[str, Any]:
    about = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {"grade_id": name, **about, **more}}


def source() -> Any:
    """The instructor's notebook."""
    book = new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        }
    )
    book.cells = [
        new_code_cell(
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
            metadata=_meta("double", solution=True),
        ),
        new_code_cell(
            "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS",
            metadata=_meta("test", grade=True, locked=True, points=2.0),
        ),
        new_markdown_cell("essay", metadata=_meta("essay", solution=True, grade=True, points=3.0)),
    ]
    return book


def honest(book: Any) -> Any:
    """A graded notebook with everything that honest work shows."""
    import pandas as pd

    frame = pd.DataFrame({"客户": ["a", "b"], "amount": [1.5, 2]})
    show = new_code_cell("frame")
    show.outputs = [
        new_output(
            "execute_result",
            {"text/html": frame._repr_html_(), "text/plain": str(frame)},
            execution_count=1,
        ),
        new_output(
            "display_data", {"text/html": frame.style.highlight_max(color="#ffe08a").to_html()}
        ),
        new_output(
            "display_data",
            {"image/png": ways.PIXEL, "text/plain": "<Figure>"},
            metadata={"image/png": {"width": 33}},
        ),
        new_output("display_data", {"image/svg+xml": FIGURE}),
        new_output(
            "display_data", {"text/latex": "$\\displaystyle \\frac{1}{2}$", "text/plain": "1/2"}
        ),
        new_output("display_data", {"text/markdown": "shown **as Markdown**"}),
        new_output("stream", name="stdout", text="printed <b>\n"),
        new_output(
            "error", ename="ValueError", evalue="no", traceback=["\x1b[31mValueError\x1b[0m: no"]
        ),
    ]
    essay = next(cell for cell in book.cells if cell.cell_type == "markdown")
    essay.source = (
        "# My answer\n\nIt is $x^2$ and\n\n$$\\sum_i y_i$$\n\nsee [the source](https://example.org/a?b=1) "
        "and [above](#My-answer).\n\n![drawn](attachment:drawn.png) ![mine](mine.png)\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n<b>bold</b><br>中文"
    )
    essay["attachments"] = {"drawn.png": {"image/png": ways.PIXEL}}
    book.cells.append(show)
    return book


def nbgrader(course: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run nbgrader's own command in a course; ``more`` goes into its environment."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=course,
        env={**environment(course.parent / "home"), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def environment(home: Path) -> dict[str, str]:
    """A home of its own: nothing of this machine's settings, all of this environment's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    return {
        **kept,
        "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_DATA_DIR": str(home / ".data"), "JUPYTER_RUNTIME_DIR": str(home / ".runtime"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
    }  # fmt: skip


def stranger(course: Path, goal: Path, settings: str) -> None:
    """The same course as somebody else made it, with settings of their own."""
    shutil.copytree(course, goal)
    (goal / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}\n", "utf-8")
    (goal / "casebank-course.json").unlink()


def prepare(course: Path) -> None:
    """A course of ours with an assignment."""
    from traitlets.config import Config

    from casebank.grading import course as courses

    courses.new(course)
    folder = course / "source" / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(source(), folder / f"{BOOK}.ipynb")
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    from casebank.grading.course import programs_on_path

    programs_on_path()
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = SLUG
    config.CourseDirectory.course_id = "crm"
    config.CourseDirectory.db_url = f"sqlite:///{course}/gradebook.db"
    GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()


def graded(course: Path, student: str, book: Any, files: dict[str, str] | None = None) -> str:
    """Put a graded hand-in into a course; returns the id of its notebook in formgrader."""
    from nbgrader.api import Gradebook

    for step in ("submitted", "autograded"):
        folder = course / step / student / SLUG
        folder.mkdir(parents=True)
        (folder / f"{BOOK}.ipynb").write_text(ways.written(book), "utf-8")
        for name, text in (files or {}).items():
            (folder / name).write_text(text, "utf-8")
        import base64

        (folder / "mine.png").write_bytes(base64.b64decode(ways.PIXEL))
    with Gradebook(f"sqlite:///{course}/gradebook.db", "crm") as gradebook:
        names = (NAME, NAME) if student != "honest" else ("Li", "Wei")
        gradebook.update_or_create_student(
            student, last_name=names[0], first_name=names[1], email=names[0]
        )
        submission = gradebook.update_or_create_submission(SLUG, student)
        for one in submission.notebooks:
            for grade in one.grades:
                grade.auto_score = 0 if grade.name == "test" else None
                grade.needs_manual_grade = grade.name == "essay"
        gradebook.db.commit()
        return str(submission.notebooks[0].id)


@contextlib.contextmanager
def ear() -> Iterator[tuple[list[str], int]]:
    """Another host: what it is asked for, and its port."""
    heard: list[str] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

        def log_message(self, *about: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        yield heard, host.server_port
        host.shutdown()


class _Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *about: Any) -> None:
        return None


@dataclass
class Server:
    """A Jupyter server."""

    base: str
    root: Path
    process: Any
    log: Path

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """What it answers to an address."""
        # As when a link on one of its own pages leads there.
        request = urllib.request.Request(self.base + path, headers={"Referer": self.base + "/"})
        opener = urllib.request.build_opener(_Still)
        try:
            with opener.open(request, timeout=20) as answer:
                return (
                    answer.status,
                    {k.lower(): v for k, v in answer.headers.items()},
                    answer.read(),
                )
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def post(self, path: str) -> Any:
        """What a button's address answers, asked as formgrader's page asks it."""
        cookies = urllib.request.HTTPCookieProcessor()
        opener = urllib.request.build_opener(cookies)
        opener.open(f"{self.base}/formgrader/manage_assignments", timeout=30).read()
        token = next(one.value for one in cookies.cookiejar if one.name == "_xsrf")
        about = {"X-XSRFToken": str(token)}
        request = urllib.request.Request(self.base + path, data=b"", headers=about)
        with opener.open(request, timeout=120) as answer:
            return json.loads(answer.read())

    def open(self, course: Path) -> tuple[int, str]:
        """Open a course in formgrader as its page asks for: seen, and confirmed by a press."""
        cookies = urllib.request.HTTPCookieProcessor()
        opener = urllib.request.build_opener(cookies)
        opener.open(f"{self.base}/formgrader/manage_assignments", timeout=30).read()
        token = next(one.value for one in cookies.cookiejar if one.name == "_xsrf")
        body = urllib.parse.urlencode({"_xsrf": token, "path": str(course)}).encode()
        try:
            with opener.open(f"{self.base}/formgrader", data=body, timeout=60) as answer:
                return answer.status, answer.url
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def kernels(self) -> Any:
        """The kernels that run."""
        return json.loads(self.get("/api/kernels")[2])

    def ready(self) -> Server:
        """Wait until it answers."""
        deadline = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError):
                if self.get("/api")[0] == 200:
                    return self
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)


@contextlib.contextmanager
def server(root: Path, home: Path, *words: str) -> Iterator[Server]:
    """Start one in a folder."""
    home.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
                "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
                "--IdentityProvider.token=", f"--ServerApp.root_dir={root}", *words,
            ],
            cwd=root, env=environment(home), stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield Server(f"http://127.0.0.1:{port}", root, process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@dataclass
class Seen:
    """What a page did when a browser opened it."""

    shown: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    text: str = ""
    html: str = ""
    address: str = ""


_LOOK = """() => {
  const covered = [];
  const own = document.querySelectorAll("input.score[id], textarea.comment, nav a");
  for (const one of own) {
    one.scrollIntoView({block: "center", inline: "nearest"});
    const at = one.getBoundingClientRect();
    if (!at.width) continue;
    const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
    if (!top || !(one === top || one.contains(top) || top.contains(one)))
      covered.push((one.id || one.textContent.trim()) + " by " + (top ? top.outerHTML.slice(0, 120) : "nothing"));
  }
  const body = document.getElementById("notebook-container") || document.documentElement;
  for (const one of body.querySelectorAll("*")) {
    one.dispatchEvent(new MouseEvent("mouseover", {bubbles: false}));
    if (one.tagName !== "INPUT" && one.tagName !== "TEXTAREA") one.dispatchEvent(new FocusEvent("focus"));
  }
  const links = [...body.querySelectorAll("a, area, [href], [action], [formaction]")].map(
    one => one.getAttribute("href") || one.getAttribute("xlink:href") || "");
  for (const one of body.querySelectorAll("a, button:not([type=button]), [href]"))
    if (/^\\s*(java|vb|data)/i.test(one.getAttribute("href") || "") || one.form) if (one.click) one.click();
  return {
    covered, links,
    fields: [...document.querySelectorAll("input, textarea")].map(one => one.id || one.className),
    text: document.body ? document.body.innerText : "", html: document.documentElement.outerHTML,
    address: location.href,
  };
}"""


#: Whatever formgrader's scripts have asked for has come, and is shown.
_QUIET = """() => document.readyState === "complete" && (!window.jQuery || jQuery.active === 0)
  && (!window.formgrader || formgrader.loaded)
  && !/Loading, please wait/.test(document.body ? document.body.innerText : "")"""


def look(browser: Any, address: str) -> Seen:
    """Open a page in a context of its own, and touch everything in it."""
    seen = Seen()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.on("request", lambda request: seen.asked.append(request.url))
        page.on(
            "request",
            lambda request: seen.posted.append(request.url) if request.method != "GET" else None,
        )
        page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on(
            "console",
            lambda message: seen.errors.append(message.text) if message.type == "error" else None,
        )
        origin = address.split("/", 3)[:3] if address.startswith("http") else []
        try:
            page.goto(address, referer="/".join([*origin, ""]) if origin else None)
        except Error as error:
            # What the browser keeps as a file is looked at no further.
            if "Download is starting" not in str(error):
                raise
            return seen
        with contextlib.suppress(TimeoutError):
            page.wait_for_function(_QUIET, timeout=1500)
        found = page.evaluate(_LOOK)
        page.wait_for_timeout(60)
        for name, value in found.items():
            setattr(seen, name, value)
        for frame in page.frames:
            with contextlib.suppress(Exception):
                names = frame.evaluate("Object.keys(window).filter(k => k.startsWith('SHOWN_'))")
                seen.shown |= {name.removeprefix("SHOWN_") for name in names}
        return seen
    finally:
        context.close()


def chromium() -> str:
    """Debian's browser."""
    return shutil.which("chromium") or "chromium"
