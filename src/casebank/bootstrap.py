"""From a bare machine to a working environment: what the Makefile calls.

This file runs on the system's Python before anything is installed, perhaps on one that is too old.
So: standard library only, and no syntax newer than Python 3.6.
"""

import glob
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.environ.get("CASEBANK_VENV", os.path.join(ROOT, ".venv"))
MINIMUM = (3, 11)
DEBIAN_TOOLS = (
    ("chromium", "chromium"),
    ("bwrap", "bubblewrap"),
    ("pdfinfo", "poppler-utils"),
    ("initdb", "postgresql"),
    ("openssl", "openssl"),
    # Playwright's own Node.js asks for it.
    ("libatomic.so.1", "libatomic1"),
)
#: The Chinese pages are looked at in a real browser: without a Chinese font it draws empty boxes.
CHINESE_FONT = "fonts-noto-cjk"
#: Where Debian puts programs that are on nobody's PATH, and libraries.
DEBIAN_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/lib/*-linux-gnu", "/usr/lib")


def say(text):
    """Print at once, also into a pipe."""
    print(text, flush=True)


def stop(sentence, code=3):
    """Say one sentence and end: 2 for wrong use, 3 for the environment."""
    sys.stderr.write("casebank: %s\n" % sentence)
    sys.exit(code)


def check_python():
    """Refuse a Python that is too old, naming a newer one where the machine has it."""
    if sys.version_info[:2] >= MINIMUM:
        return
    found = [n for n in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(n)]
    remedy = (
        "run: make PYTHON=%s ..." % found[0]
        if found
        else "install python3.11 or newer and try again"
    )
    stop(
        "Python %d.%d is too old, Casebank needs %d.%d; %s"
        % (sys.version_info[0], sys.version_info[1], MINIMUM[0], MINIMUM[1], remedy)
    )


def check_port(host, port):
    """Refuse a port that somebody else listens on, before minutes go into a build."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop("PORT=%s is not a port number, use one from 1 to 65535" % port, 2)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            stop(
                "cannot listen on %s:%s (%s); choose another: make serve PORT=%d"
                % (
                    host,
                    port,
                    error.strerror or error,
                    int(port) + 1 if int(port) < 65535 else 8001,
                )
            )


def bin_path(name):
    """Path of a command inside the environment."""
    folder = "Scripts" if os.name == "nt" else "bin"
    return os.path.join(VENV, folder, name)


def _stamp(lock):
    with open(lock, "rb") as handle:
        content = handle.read()
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as handle:
        content += handle.read()
    # Copied into the environment, so that a changed one is installed anew.
    for path in sorted(glob.glob(os.path.join(ROOT, "src/casebank/desk/etc/*"))):
        with open(path, "rb") as handle:
            content += handle.read()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def _make_venv():
    if os.path.exists(bin_path("python")):
        probe = subprocess.run(
            [bin_path("python"), "-m", "pip", "--version"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if probe.returncode == 0:
            return
        shutil.rmtree(VENV, ignore_errors=True)
    say("making the environment %s" % os.path.relpath(VENV, ROOT))
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in made.stdout:
            stop(
                "this Python cannot make environments; install its venv package: "
                "sudo apt install python%d.%d-venv" % sys.version_info[:2]
            )
        last = made.stdout.strip().splitlines()[-1] if made.stdout.strip() else "no reason given"
        stop("the environment could not be made in %s: %s" % (VENV, last))


def _pip(arguments, what):
    log = os.path.join(ROOT, "_build", "install.log")
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w", encoding="utf-8") as out:
        code = subprocess.call(
            [
                bin_path("python"),
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "-q",
            ]
            + arguments,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    if code == 0:
        return
    with open(log, encoding="utf-8") as handle:
        text = handle.read()
    if "No space left" in text:
        stop("the disk is full, %s needs about 2 GB; free some room and run it again" % what)
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in text:
        stop(
            "a downloaded package does not match the lock file; see _build/install.log and tell "
            "whoever runs your package index"
        )
    signs = (
        "NewConnectionError",
        "ConnectionError",
        "Temporary failure in name resolution",
        "timed out",
        "Max retries",
        "No matching distribution",
        "getaddrinfo failed",
        "Network is unreachable",
    )
    if any(sign in text for sign in signs):
        stop(
            "%s needs the network (or a package index that pip is set up for) and could not reach "
            "it; see _build/install.log" % what
        )
    stop("%s failed; the reason is in _build/install.log" % what)


def install(lock_name):
    """Bring the environment to the state of a lock file; do nothing when it is there already."""
    lock = os.path.join(ROOT, lock_name)
    if not os.path.exists(lock):
        stop("%s is missing; take it from the repository again" % lock_name, 1)
    mark = os.path.join(VENV, ".casebank-" + lock_name)
    wanted = _stamp(lock)
    if os.path.exists(mark) and os.path.exists(bin_path("casebank")):
        with open(mark) as handle:
            if handle.read() == wanted:
                return
    _make_venv()
    say("installing what %s names (a first time takes about two minutes)" % lock_name)
    began = time.time()
    # The lock names all there is to install. Left to look for more, an older pip takes the newest
    # release of a package that is asked for with an extra, and then refuses it.
    # As newer ones do of themselves: an older pip would not install what is no wheel as one.
    _pip(["--use-pep517", "--no-deps", "--require-hashes", "-r", lock], "installing the packages")
    _pip(["--no-deps", "--no-build-isolation", "-e", ROOT], "installing Casebank itself")
    with open(mark, "w") as handle:
        handle.write(wanted)
    say("installed in %d s" % (time.time() - began))


def _there(program):
    """Whether a program is on PATH, or where Debian hides it."""
    hidden = [name for place in DEBIAN_PLACES for name in glob.glob(place + "/" + program)]
    return bool(shutil.which(program) or hidden)


def _writes_chinese():
    """Whether this machine has a font with Chinese characters."""
    try:
        found = subprocess.check_output(
            ["fc-list", ":lang=zh", "family"], stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return bool(found.strip())


def _missing_tools():
    """Debian's names of what the tests need and this machine lacks."""
    missing = [package for program, package in DEBIAN_TOOLS if not _there(program)]
    return missing if _writes_chinese() else missing + [CHINESE_FONT]


def debian_tools():
    """Install what the tests need, where this user may; return what is missing."""
    missing = _missing_tools()
    if not missing:
        return []
    if not shutil.which("apt-get"):
        say("this is no Debian or Ubuntu; install by hand: %s" % ", ".join(missing))
        return missing
    sudo = []
    if os.geteuid() != 0:
        free = (
            shutil.which("sudo")
            and subprocess.call(
                ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            == 0
        )
        if not free:
            say(
                "without root these are not installed: %s; the tests that need them are skipped "
                "(sudo apt install %s)" % (", ".join(missing), " ".join(missing))
            )
            return missing
        sudo = ["sudo", "-n"]
    say("installing Debian packages: %s" % ", ".join(missing))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends"] + missing,
    ):
        done = subprocess.run(
            sudo + command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )
        if done.returncode != 0:
            say(done.stdout.strip()[-800:])
    return _missing_tools()


def run(command):
    """Run a command of the environment in the clone; Ctrl-C ends it cleanly."""
    environment = dict(os.environ)
    environment["PATH"] = (
        os.path.dirname(bin_path("python")) + os.pathsep + environment.get("PATH", "")
    )
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The child has got the signal too: let it end by itself.
            continue


def main(arguments):
    """``serve``, ``dev``, ``test``, ``bench``, ``install``… or any casebank command."""
    check_python()
    what = arguments[0] if arguments else "serve"
    rest = arguments[1:]
    if what == "serve":
        host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
        first = os.environ.get("LANG_FIRST") or "zh"
        if first not in ("zh", "en"):
            stop("LANG_FIRST=%s is unknown, use zh or en" % first, 2)
        check_port(host, port)
        install("requirements.lock")
        return run(
            [bin_path("casebank"), "serve", "--host", host, "--port", port, "--lang-first", first]
            + rest
        )
    if what in ("dev", "test", "test-all"):
        install("requirements-test.lock")
        missing = debian_tools()
        if missing and os.environ.get("CI"):
            stop("CI needs every tool, these are missing: %s" % ", ".join(missing))
        # Two servers that nobody wants to have installed, and so started, by a test.
        run([bin_path("python"), "tests/e2e/debian_servers.py"])
        if what == "dev":
            return 0
        return run(
            [bin_path("python"), "tests/run.py"] + (["--all"] if what == "test-all" else []) + rest
        )
    if what == "bench":
        install("requirements-test.lock")
        return run([bin_path("python"), "tests/bench/run.py"] + rest)
    if what == "install-browser":
        install("requirements-browser.lock")
        return 0
    install("requirements.lock")
    if what == "install":
        return 0
    return run([bin_path("casebank"), what] + rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
