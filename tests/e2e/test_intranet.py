"""The servers of the guide "Browser labs on an intranet", run with the very files that it prints.

The configuration is cut out of the Markdown. Only what a test cannot have is replaced (the folder,
the ports, the place of the certificate), and each replacement has to find its text.
"""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from debian_servers import found, settings

from casebank.lang import LANGS
from casebank.site.serve import FOR_GOOD, LASTING

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
NAME = "lab.bank.test"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
SNIPPET = "# /etc/nginx/snippets/casebank.conf"
SITE = "# /etc/nginx/sites-enabled/casebank"
PLAIN_SITE = "# /etc/nginx/sites-enabled/casebank, without https"
CADDYFILE = "# /etc/caddy/Caddyfile"
OWN_FILES = "# in place of: tls internal"
PLAIN_BLOCK = "# in place of the last block"

#: What stands in a site with browser labs, one of each kind.
FILES = {
    "index.html": "<!doctype html><title>door</title>",
    "404.html": "<!doctype html><title>no such page</title>",
    "zh/index.html": "<!doctype html><title>首页</title>" + "<p>正文</p>" * 200,
    "zh/book/chapters/one/index.html": "<!doctype html><title>一</title>",
    "assets/casebank.css": "p { color: black }\n" * 200,
    "pagefind/pagefind.zh.pf_meta": "meta",
    "lite/index.html": "<!doctype html><title>lite</title>",
    "lite/zh/exercises/rfm/index.html": "<!doctype html><title>rfm</title>",
    "lite/zh/exercises/rfm/manifest.json": '{"format": 1}',
    "lite/files/zh/exercises/rfm/rfm.ipynb": '{"cells": []}',
    "lite/build/schemas/all.json": "{}",
    "lite/build/123.abcdef0.js": "export default 1;\n" * 400,
    "lite/extensions/@jupyterlite/x/static/remoteEntry.0123456789abcdef.js": "1;\n",
    "lite/assets-0123456789ab/boot.mjs": "export const a = 1;\n" * 400,
    "lite/py-0123456789ab/pyodide.asm.wasm": "\0asm" + "wasm" * 2000,
    "lite/py-0123456789ab/six-1.17.0-py2.py3-none-any.whl": "PK wheel",
    "lite/check/casebank-check-0123456789ab.whl": "PK wheel",
}
TWINS = (
    "lite/build/123.abcdef0.js",
    "lite/assets-0123456789ab/boot.mjs",
    "lite/py-0123456789ab/pyodide.asm.wasm",
)
TABLE = "lite/data/customers-0123456789ab.csv.gz"


def fences(lang: str) -> list[str]:
    """Every block of code of the guide, in its order."""
    text = (ROOT / f"docs/guides/browser-labs.{lang}.md").read_text(encoding="utf-8")
    return [m[2] for m in FENCE.finditer(text)]


def block(first: str) -> str:
    """The block that begins with this line, without it."""
    found = [one for one in fences("en") if one.split("\n", 1)[0] == first]
    assert len(found) == 1, f"{len(found)} blocks begin with {first!r}"
    return found[0].split("\n", 1)[1]


def put(text: str, *pairs: tuple[str, str]) -> str:
    """Replace each, where there is something to replace."""
    for old, new in pairs:
        assert old in text, f"the guide no longer says {old!r}"
        text = text.replace(old, new)
    return text


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site of the same shape."""
    root = tmp_path_factory.mktemp("intranet") / "site"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        if name in TWINS:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    (root / TABLE).parent.mkdir(parents=True)
    (root / TABLE).write_bytes(gzip.compress(b"customer_id\nC1\n", mtime=0))
    return root


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the guide's own commands make."""
    if not shutil.which("openssl"):
        _missing("openssl")
    (commands,) = [one for one in fences("en") if one.startswith("mkdir -m 700 casebank-ca")]
    work = tmp_path_factory.mktemp("tls")
    done = subprocess.run(
        ["sh", "-ec", commands], cwd=work, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return work / "casebank-ca"


def _missing(package: str) -> None:
    reason = f"{package} is not here. Run: python tests/e2e/debian_servers.py"
    if os.environ.get("CI"):
        pytest.fail(f"CI may not skip this: {reason}")
    pytest.skip(reason)


@dataclass(frozen=True)
class Server:
    """A server that runs, and how to speak to it."""

    port: int
    trust: Path | None
    other: int = 0

    def get(
        self, path: str, *, packed: bool = True, etag: str = "", port: int = 0
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """One request, by the name that the guide uses."""
        raw = socket.create_connection(("127.0.0.1", port or self.port), timeout=20)
        if self.trust and not port:
            context = ssl.create_default_context(cafile=str(self.trust))
            raw = context.wrap_socket(raw, server_hostname=NAME)
        link = http.client.HTTPConnection(NAME, timeout=20)
        link.sock = raw
        headers = {"Accept-Encoding": "gzip"} if packed else {}
        link.request("GET", path, headers=headers | ({"If-None-Match": etag} if etag else {}))
        answer = link.getresponse()
        body = answer.read()
        link.close()
        return answer, body


def nginx(kind: str, work: Path, tree: Path, authority: Path) -> tuple[list[str], Server]:
    """Write nginx's files; gives the command and the server to be."""
    port, other = free_port(), free_port()
    (work / "snippets").mkdir()
    place = found("nginx")
    assert place is not None
    snippet = put(
        block(SNIPPET),
        ("/srv/casebank/site", str(tree)),
        ("/etc/nginx/mime.types", f"{settings(place)}/mime.types"),
    )
    (work / "snippets/casebank.conf").write_text(snippet, encoding="utf-8")
    if kind == "http":
        site = put(block(PLAIN_SITE), ("listen 80;", f"listen 127.0.0.1:{port};"))
    else:
        site = put(
            block(SITE),
            ("listen 443 ", f"listen 127.0.0.1:{port} "),
            ("listen 80;", f"listen 127.0.0.1:{other};"),
            ("/etc/casebank-tls", str(authority)),
        )
    folders = "".join(
        f"{kind}_temp_path {work}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (work / "nginx.conf").write_text(
        f"{user}daemon off; worker_processes 1; pid {work}/pid; error_log {work}/error.log;\n"
        "events {}\n"
        f"http {{\naccess_log off;\ndefault_type application/octet-stream;\n{folders}{site}}}\n",
        encoding="utf-8",
    )
    command = ["nginx", "-e", f"{work}/error.log", "-p", str(work), "-c", f"{work}/nginx.conf"]
    return command, Server(port, None if kind == "http" else authority / "ca.crt", other)


def caddy(kind: str, work: Path, tree: Path, authority: Path) -> tuple[list[str], Server]:
    """Write the Caddyfile; gives the command and the server to be."""
    port, other = free_port(), free_port()
    text = put(block(CADDYFILE), ("/srv/casebank/site", str(tree)))
    trust: Path | None = work / "data/pki/authorities/local/root.crt"
    ports = (other, port)
    if kind == "own files":
        files = put(block(OWN_FILES), ("/etc/casebank-tls", str(authority)))
        text = put(text, ("tls internal\n", files))
        trust = authority / "ca.crt"
    elif kind == "http":
        head, _, _ = text.rpartition(f"\n{NAME} {{")
        text = f"{head}\n{block(PLAIN_BLOCK)}"
        trust, ports = None, (port, other)
    options = (
        f"{{\n\tadmin off\n\thttp_port {ports[0]}\n\thttps_port {ports[1]}\n"
        f"\tstorage file_system {work}/data\n\tskip_install_trust\n"
    )
    text = put(text, ("{\n\tskip_install_trust\n", options))
    (work / "Caddyfile").write_text(text, encoding="utf-8")
    command = ["caddy", "run", "--config", f"{work}/Caddyfile", "--adapter", "caddyfile"]
    return command, Server(port, trust, other)


WAYS = ["nginx https", "nginx http", "caddy internal", "caddy own files", "caddy http"]


@pytest.fixture(scope="module", params=WAYS, ids=[way.replace(" ", "-") for way in WAYS])
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    tree: Path,
    authority: Path,
) -> Iterator[Server]:
    """Each way of the guide, running."""
    program, _, kind = request.param.partition(" ")
    place = found(program)
    if place is None:
        _missing(program)
    work = tmp_path_factory.mktemp(program)
    make = {"nginx": nginx, "caddy": caddy}[program]
    (_, *arguments), one = make(kind, work, tree, authority)
    command = [str(place), *arguments]
    environment = dict(os.environ, HOME=str(work), XDG_DATA_HOME=str(work), XDG_CONFIG_HOME="")
    with (work / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=work, env=environment)
    try:
        _wait(one, process, work)
        yield one
    finally:
        process.terminate()
        process.wait(20)


def _wait(server: Server, process: subprocess.Popen[bytes], work: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            server.get("/")
            return
        except OSError as error:
            said = (work / "said").read_text(encoding="utf-8", errors="replace")[-1500:]
            assert process.poll() is None, said
            assert time.monotonic() < until, f"{error}\n{said}"
            time.sleep(0.1)


def test_both_languages_print_the_same_files() -> None:
    """Is each command and each line of configuration the same in both languages?"""
    zh, en = (fences(lang) for lang in LANGS)
    assert zh == en
    assert len(en) >= 10


def test_pages(server: Server) -> None:
    """Does a folder answer with its page, in UTF-8, to be asked for again each time?"""
    for path in ("/", "/zh/", "/lite/", "/lite/zh/exercises/rfm/"):
        answer, _ = server.get(path)
        assert answer.status == 200, path
        assert answer.headers["Content-Type"].replace(" ", "").lower() == "text/html;charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["ETag"] or answer.headers["Last-Modified"], path


@pytest.mark.parametrize(
    "path",
    ["/gone/", "/lite/assets-0123456789ab/gone.js", "/zh/book/chapters/", "/lite/data/"],
)
def test_what_is_not_there(server: Server, path: str) -> None:
    """Is it our page of 404, which no browser keeps, and no list of a folder?"""
    answer, body = server.get(path, packed=False)
    assert answer.status == 404
    assert "no such page" in body.decode()
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("lite/assets-0123456789ab/boot.mjs", {"text/javascript", "application/javascript"}),
        ("lite/build/123.abcdef0.js", {"text/javascript", "application/javascript"}),
        ("lite/py-0123456789ab/pyodide.asm.wasm", {"application/wasm"}),
        ("assets/casebank.css", {"text/css"}),
        ("lite/zh/exercises/rfm/manifest.json", {"application/json"}),
    ],
)
def test_types(server: Server, path: str, kinds: set[str]) -> None:
    """Does a file come with a type that lets a browser run it?"""
    answer, _ = server.get(f"/{path}")
    assert answer.headers["Content-Type"].split(";")[0] in kinds
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_file_is_handed_out(server: Server) -> None:
    """Does no ending meet a refusal, and does each file come as it was made?"""
    for name, text in FILES.items():
        answer, body = server.get(f"/{name}", packed=False)
        if answer.status in (301, 308):  # a server may prefer the folder's address to index.html
            answer, body = server.get(f"/{name.removesuffix('index.html')}", packed=False)
        assert (answer.status, body) == (200, text.encode()), name


@pytest.mark.parametrize("path", TWINS)
def test_twins(server: Server, tree: Path, path: str) -> None:
    """Is it the compressed twin that goes out, where the browser can unpack it?"""
    answer, body = server.get(f"/{path}")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["Vary"].lower()
    assert body == (tree / f"{path}.gz").read_bytes()
    answer, body = server.get(f"/{path}", packed=False)
    assert answer.headers["Content-Encoding"] is None
    assert body == (tree / path).read_bytes()


@pytest.mark.parametrize("path", ["assets/casebank.css", "zh/index.html"])
def test_others_are_compressed_on_the_way(server: Server, tree: Path, path: str) -> None:
    """Does a page without a twin come compressed all the same?"""
    answer, body = server.get(f"/{path.removesuffix('index.html')}")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == (tree / path).read_bytes()


def test_tables_go_out_as_they_are(server: Server, tree: Path) -> None:
    """Is a table that is compressed by name not unpacked or packed once more?"""
    answer, body = server.get(f"/{TABLE}")
    assert answer.headers["Content-Encoding"] is None
    assert body == (tree / TABLE).read_bytes()


def test_kept_for_good(server: Server) -> None:
    """Are the same addresses kept for good as by `casebank serve`, and no others?"""
    paths = [f"/{name}" for name in (*FILES, TABLE) if not name.endswith("index.html")]
    kept = [path for path in paths if server.get(path)[0].headers["Cache-Control"] == FOR_GOOD]
    assert kept == [path for path in paths if LASTING.match(path)]
    assert len(kept) == 7


def test_asked_again(server: Server) -> None:
    """Does a page that has not changed cost no second transfer?"""
    path = "/lite/zh/exercises/rfm/manifest.json"
    first, _ = server.get(path)
    answer, body = server.get(path, etag=first.headers["ETag"])
    assert (answer.status, body) == (304, b"")


def test_policy(server: Server) -> None:
    """Does every answer carry the policy, so that workers have it too, and does it name no host?"""
    policies = {
        server.get(path)[0].headers["Content-Security-Policy"]
        for path in ("/", "/gone", "/lite/py-0123456789ab/pyodide.asm.wasm", f"/{TWINS[0]}")
    }
    (policy,) = policies
    rules = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert "'unsafe-eval'" in rules["script-src"]
    said = {word for rule in rules.values() for word in rule.split()}
    assert all(word.startswith("'") or word in ("data:", "blob:") for word in said)


def test_http_leads_to_https(server: Server) -> None:
    """Does the plain address of a site with https send browsers on?"""
    if not server.trust:
        return
    answer, _ = server.get("/zh/", port=server.other)
    assert answer.status in (301, 308)
    assert answer.headers["Location"].startswith(f"https://{NAME}")


def test_authority_speaks_for_one_name(authority: Path, tmp_path: Path) -> None:
    """Is a certificate that the small authority makes for another name refused?"""
    said = {}
    for name in (NAME, "mail.bank.test"):
        key, request, made = (tmp_path / f"{name}.{end}" for end in ("key", "csr", "crt"))
        extensions = tmp_path / f"{name}.ext"
        extensions.write_text(f"basicConstraints=CA:FALSE\nsubjectAltName=DNS:{name}\n")
        new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        new += ["-noenc", "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request)]
        sign = ["openssl", "x509", "-req", "-in", str(request), "-CA", f"{authority}/ca.crt"]
        sign += ["-CAkey", f"{authority}/ca.key", "-extfile", str(extensions), "-out", str(made)]
        for command in (new, sign):
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        check = ["openssl", "verify", "-CAfile", f"{authority}/ca.crt", str(made)]
        done = subprocess.run(check, capture_output=True, text=True, timeout=60)
        said[name] = done.returncode, done.stdout + done.stderr
    assert said[NAME][0] == 0, said
    assert said["mail.bank.test"][0] != 0
    assert "permitted subtree violation" in said["mail.bank.test"][1]
