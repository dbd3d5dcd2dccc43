"""A little client of Marionette, the remote control that is built into Firefox: no driver is needed."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Debian's name first.
BINARY = shutil.which("firefox-esr") or shutil.which("firefox")
CONTROL, SHIFT, ENTER, DELETE, DOWN = "\ue009", "\ue008", "\ue007", "\ue017", "\ue015"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
#: No name but this machine's is found: whatever Firefox itself asks for ends at a closed port.
_PROXY = (
    "data:text/javascript,function FindProxyForURL(u, host) "
    "{ return host === '127.0.0.1' ? 'DIRECT' : 'PROXY 127.0.0.1:9' }"
)
_PREFERENCES: dict[str, Any] = {
    "marionette.port": 0,
    "network.proxy.type": 2,
    "network.proxy.autoconfig_url": _PROXY,
    "network.proxy.allow_hijacking_localhost": True,
    "browser.aboutwelcome.enabled": False,
    "browser.download.folderList": 2,
    "browser.download.alwaysOpenPanel": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "intl.accept_languages": "en-GB",
}
#: What pages ask for, and what goes wrong in their scripts. What Firefox itself asks for is its own.
_WATCH = """
Services.casebank = { asked: [], errors: [] };
Services.obs.addObserver({ observe(subject) {
  const channel = subject.QueryInterface(Ci.nsIHttpChannel);
  if (!channel.loadInfo.triggeringPrincipal.isSystemPrincipal) Services.casebank.asked.push(channel.URI.spec);
} }, "http-on-modify-request");
Services.console.registerListener({ observe(message) {
  if (!(message instanceof Ci.nsIScriptError) || message.flags & Ci.nsIScriptError.warningFlag) return;
  if (message.category.startsWith("content")) Services.casebank.errors.push(message.errorMessage);
} });
"""
_COPY = """
Cc["@mozilla.org/widget/clipboardhelper;1"].getService(Ci.nsIClipboardHelper).copyString(arguments[0]);
"""


class Fault(Exception):
    """Firefox refuses a command."""


class Firefox:
    """A Firefox without a window, with a profile of its own below ``folder``."""

    def __init__(self, folder: Path) -> None:
        assert BINARY
        self.downloads = folder / "downloads"
        self.downloads.mkdir()
        profile = folder / "profile"
        profile.mkdir()
        wanted = _PREFERENCES | {"browser.download.dir": str(self.downloads)}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in wanted.items()]
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        command = [BINARY, "-headless", "-no-remote", "-marionette", "-remote-allow-system-access"]
        self._process = subprocess.Popen(
            [*command, "-profile", str(profile)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        self._count = 0
        try:
            port = profile / "MarionetteActivePort"
            until(lambda: port.is_file() and port.read_text().strip())
            self._socket = socket.create_connection(("127.0.0.1", int(port.read_text())))
            self._socket.settimeout(150)
            self._stream = self._socket.makefile("rb")
            self._receive()
            about = self.ask("WebDriver:NewSession", {})
            self.version = about["capabilities"]["browserVersion"]
            self.ask("WebDriver:SetTimeouts", {"script": 140_000})
            self.system(_WATCH)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _receive(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self._stream.read(1) or self._gone()
        return json.loads(self._stream.read(int(size[:-1])))

    def _gone(self) -> bytes:
        raise Fault("Firefox has ended")

    def ask(self, name: str, values: dict[str, Any]) -> Any:
        """One command; its answer."""
        self._count += 1
        content = json.dumps([0, self._count, name, values]).encode()
        self._socket.sendall(b"%d:%s" % (len(content), content))
        _, number, error, result = self._receive()
        assert number == self._count
        if error:
            raise Fault(f"{name}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def run(self, script: str, *values: Any) -> Any:
        """What a script returns in the page, or in the frame that is gone into."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": list(values)})

    def later(self, script: str, *values: Any) -> Any:
        """What a script gives that may await something."""
        whole = f"const done = arguments[arguments.length - 1]; (async () => {{ {script} }})().then(done);"
        return self.ask("WebDriver:ExecuteAsyncScript", {"script": whole, "args": list(values)})

    def system(self, script: str, *values: Any) -> Any:
        """What a script returns that may do all that Firefox can."""
        self.ask("Marionette:SetContext", {"value": "chrome"})
        try:
            more = {"script": script, "args": list(values), "sandbox": "system"}
            return self.ask("WebDriver:ExecuteScript", more)
        finally:
            self.ask("Marionette:SetContext", {"value": "content"})

    def wait(self, condition: str, *values: Any, seconds: float = 120) -> Any:
        """Until the condition, an expression, is true in the page."""
        return until(lambda: self.run(f"return ({condition});", *values), condition, seconds)

    def go(self, address: str) -> None:
        """Open an address."""
        self.ask("WebDriver:Navigate", {"url": address})

    def find(self, query: str) -> str:
        """The first element of a selector."""
        return self.ask("WebDriver:FindElement", {"using": "css selector", "value": query})[
            _ELEMENT
        ]

    def into(self, query: str | None) -> None:
        """Go into a frame, or back to the page."""
        self.ask("WebDriver:SwitchToFrame", {"element": self.find(query) if query else None})

    def click(self, query: str, times: int = 1) -> None:
        """Click by the mouse, as a person does: Marionette's own click comes and goes in one moment."""
        mouse: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {_ELEMENT: self.find(query)}}
        ]
        for _ in range(times):
            mouse += [
                {"type": "pointerDown", "button": 0},
                {"type": "pause", "duration": 20},
                {"type": "pointerUp", "button": 0},
            ]
        actions = {"type": "pointer", "id": "mouse", "actions": mouse}
        self.ask("WebDriver:PerformActions", {"actions": [actions]})

    def fill(self, query: str, text: str) -> None:
        """Type into a field."""
        self.ask("WebDriver:ElementSendKeys", {"id": self.find(query), "text": text})

    def press(self, *keys: str) -> None:
        """Press keys together."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        actions = {"type": "key", "id": "keys", "actions": down + up}
        self.ask("WebDriver:PerformActions", {"actions": [actions]})

    def paste(self, text: str) -> None:
        """Paste from the clipboard: typed line by line, an editor would indent a second time."""
        self.system(_COPY, text)
        self.press(CONTROL, "v")

    def watched(self) -> dict[str, list[str]]:
        """The addresses that pages ``asked`` for, and the ``errors`` of their scripts."""
        return self.system("return Services.casebank")


def until(condition: Callable[[], Any], what: str = "", seconds: float = 60) -> Any:
    """Wait until something is true, and give it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)
    return found
