"""Servers of ours: who they answer to, and what they say where a name is no name."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import plain_course as small
import pytest

from casebank.paths import Repo
from casebank.site import policy
from casebank.site import serve as serving

SURFACE = "servers"
ROOT = Path(__file__).resolve().parents[2]
SECRET = "a teaching note"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server on this machine's own address, with one page."""
    root = tmp_path_factory.mktemp("site")
    (root / "index.html").write_text(f"<p>{SECRET}</p>")
    (root / "style.css").write_text("p {}")
    (root / "404.html").write_text("<p>no such page</p>")
    server = serving.listen("127.0.0.1", 0, root, serving.Version())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(port: int, path: str, host: str | None, method: str = "GET") -> tuple[int, str]:
    """Status and all that comes back, whatever the words."""
    lines = [f"{method} {path} HTTP/1.1", *([f"Host: {host}"] if host is not None else [])]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        text = "\r\n".join([*lines, "Connection: close", "", ""])
        sock.sendall(text.encode("utf-8", "surrogateescape"))
        said = b""
        while part := sock.recv(65536):
            said += part
    found = re.match(rb"HTTP/1\.1 (\d+)", said)
    assert found, said
    return int(found[1]), said.decode("utf-8", "replace")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "localhost."])
def test_own_names(port: int, name: str) -> None:
    """Does it answer to its own names, with and without a port?"""
    for host in (name, f"{name}:{port}"):
        status, said = ask(port, "/", host)
        assert status == 200
        assert SECRET in said


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:127.0.0.1",
        "[::2]:8000",
        "",
        "localhost@evil.example",
        "192.168.1.5",
    ],
)
@pytest.mark.parametrize("path", ["/", "/-/changes?after=x"])
def test_another_name(port: int, name: str, path: str) -> None:
    """Does a page of somewhere else, whose host's name was pointed here, read nothing?"""
    status, said = ask(port, path, name)
    assert status == 421
    assert SECRET not in said
    assert "127.0.0.1" in said


def test_two_names(port: int) -> None:
    """Does a request that names two servers get nothing?"""
    for names in ("localhost\r\nHost: localhost", "localhost\r\nhost: evil.example"):
        status, said = ask(port, "/", names)
        assert status == 400
        assert SECRET not in said


@pytest.mark.parametrize(
    ("path", "name", "method"),
    [("/", "localhost", "GET"), ("/style.css", "localhost", "HEAD"), ("/-/changes?after=x", "localhost", "GET"),
     ("/none", "localhost", "GET"), ("/%00", "localhost", "GET"), ("/", "evil.example", "GET")],
)  # fmt: skip
def test_every_answer_says_what_may_be_loaded(port: int, path: str, name: str, method: str) -> None:
    """Does a page, and whatever else is answered, load nothing from another host?"""
    lines = ask(port, path, name, method)[1].split("\r\n\r\n")[0].splitlines()
    assert lines.count(f"Content-Security-Policy: {policy.POLICY}") == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_guide_says_the_same(lang: str) -> None:
    """Do the guide's web servers send the policy that ours sends?"""
    text = (ROOT / f"docs/guides/browser-labs.{lang}.md").read_text(encoding="utf-8")
    said = re.findall(r'Content-Security-Policy "([^"]+)"', text)
    assert said == [policy.POLICY] * 2


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    ["/%00", "/a%00.html", "/index.html%00.css", "/" + "a" * 5000, "/" + "a/" * 3000, "/%ff%fe"],
    ids=["nul", "nul-in-name", "nul-after-page", "long", "deep", "no-text"],
)
def test_no_name(port: int, path: str, method: str) -> None:
    """Does what can be no file's name get an answer, and no page?"""
    status, said = ask(port, path, "localhost", method)
    assert status == 404
    assert SECRET not in said


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "//etc/passwd"])
def test_way_out(port: int, path: str) -> None:
    """Does no way lead out of the site?"""
    status, said = ask(port, path, "localhost")
    assert status == 404
    assert "root:" not in said


def test_files_are_what_they_say(port: int) -> None:
    """May no browser guess that a file is a page?"""
    assert "nosniff" in ask(port, "/style.css", "localhost")[1].lower()


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.0.0.7", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.5", False),
        ("training.bank", False),
    ],
)
def test_for_whom(host: str, alone: bool) -> None:
    """Does a server that others may reach answer by any name, and one of this machine by its own?"""
    assert (serving.names_of(host) is not None) == alone


@pytest.mark.parametrize(
    ("host", "audience", "warned"),
    [
        ("127.0.0.1", "instructor", False),
        ("0.0.0.0", "instructor", True),
        ("0.0.0.0", "trainee", False),
    ],
)
def test_instructors_edition_in_the_open(
    host: str,
    audience: str,
    warned: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Is who opens the instructor's edition to the network told what that means?"""

    def stop(self: Any, **how: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "build", lambda *a, **k: SimpleNamespace(summary=lambda: "built"))
    monkeypatch.setattr(serving, "Refresher", lambda *a: SimpleNamespace(book=None))
    monkeypatch.setattr(serving._Server, "serve_forever", stop)
    serving.serve(Repo(ROOT), host=host, port=0, audience=audience, watch=False)
    assert ("teaching notes" in capsys.readouterr().err) == warned


def test_clear_text_is_in_no_example(tmp_path: Path) -> None:
    """Does no example, in guides or help, send submissions over a network in clear text?"""
    texts = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("README*.md"), *ROOT.glob("grading/*.md")]
    found = [
        f"{path.name}: {line}"
        for path in texts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"(--scheduler|tcp://\d+\.)[ =]*(tcp://(?!127\.)|\d)", line)
    ]
    assert not found
    said = small.run("casebank", "grade", "--help", cwd=tmp_path, COLUMNS="200")
    assert "tls://" in said.stdout
    assert "tcp://" not in said.stdout
