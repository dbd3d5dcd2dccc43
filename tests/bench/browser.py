"""The first pandas result in a lab's page, against a bare page that only loads Pyodide and pandas.

Both are served by the same server and run in turns in one Chromium; the bare page gets the
distribution's own, unchanged wheels. Cold: an empty cache. Warm: the page opened again.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from casebank.files import write_text
from casebank.lite import build as lite
from casebank.lite import pins, wheels
from casebank.paths import Repo
from casebank.site.build import BrowserLabs, build
from casebank.site.serve import listen

ROUNDS = 5
GOAL = 1.3
PLACE = "lite/{lang}/labs/rfm-segmentation/"
PANDAS = "import pandas as pd; print(int(pd.DataFrame({'a': [1, 2, 3]})['a'].sum()))"
BARE = """<!doctype html><meta charset="utf-8"><title>bare</title><script type="module">
const worker = new Worker("worker.js", { type: "module" });
worker.onmessage = ({ data }) => { document.title = "result " + data; };
</script>
"""
WORKER = """import { loadPyodide } from "./pyodide.mjs";
const python = await loadPyodide({ packages: ["pandas"] });
postMessage(python.runPython(`import pandas as pd; int(pd.DataFrame({"a": [1, 2, 3]})["a"].sum())`));
"""
ASK = """async (code) => {
  const app = await new Promise((done) => {
    const look = () => {
      const inner = document.querySelector("iframe")?.contentWindow?.jupyterapp;
      inner?.shell?.currentWidget?.sessionContext ? done(inner) : setTimeout(look, 20);
    };
    look();
  });
  const session = app.shell.currentWidget.sessionContext;
  await session.ready;
  const future = session.session.kernel.requestExecute({ code });
  let text = "";
  future.onIOPub = (message) => { text += message.content.text ?? message.content.evalue ?? ""; };
  await future.done;
  return text.trim();
}"""


def bare_folder(repo: Repo, into: Path) -> None:
    """The bare page, with the core and the wheels as the distribution has them."""
    source = wheels.distribution(None, repo.build / "lite")
    lock = wheels.read_lock(source)
    for name in (*pins.CORE, pins.LOCK):
        shutil.copyfile(source / name, into / name)
    for name in wheels.closure(lock, ["pandas"]):
        (into / lock["packages"][name]["file_name"]).write_bytes(
            wheels.compiled(source, lock, name)
        )
    (into / "index.html").write_text(BARE, encoding="utf-8")
    (into / "worker.js").write_text(WORKER, encoding="utf-8")


def bare(context: BrowserContext, root: str) -> float:
    """Seconds from the address to the result."""
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{root}bare/index.html", wait_until="commit")
    page.wait_for_function("document.title === 'result 6'", timeout=180_000)
    took = time.perf_counter() - began
    page.close()
    return took


def lab(context: BrowserContext, root: str) -> float:
    """The same for the page of a lab, which a click has started."""
    page = context.new_page()
    began = time.perf_counter()
    page.goto(root + PLACE.format(lang="en"), wait_until="commit")
    result = page.evaluate(ASK, PANDAS)
    took = time.perf_counter() - began
    if result != "6":
        raise RuntimeError(f"the lab's page printed {result!r}")
    page.close()
    return took


def main(record: bool = False) -> None:
    """Print the table; with ``record`` also write what pages tell trainees."""
    repo = Repo.find()
    build(repo, browser_labs=BrowserLabs())
    with tempfile.TemporaryDirectory(prefix="casebank-bench-") as name:
        folder = Path(name)
        shutil.copytree(repo.site / "lite", folder / "lite")
        shutil.copytree(repo.site / "assets", folder / "assets")
        (folder / "bare").mkdir()
        bare_folder(repo, folder / "bare")
        server = listen("127.0.0.1", 0, folder, None)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        times = measure(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    cost = lite.last_cost(repo)
    print("| start | bare page s | lab's page s | ratio (goal 1.3) |\n|---|---|---|---|")
    for state in ("cold", "warm"):
        plain, ours = times[state, "bare"], times[state, "lab"]
        ratio = statistics.median(o / p for o, p in zip(ours, plain, strict=True))
        print(
            f"| {state} | {statistics.median(plain):.1f} | {statistics.median(ours):.1f} "
            f"| {ratio:.2f} ({min(ours):.1f}-{max(ours):.1f} s) |"
        )
    if cost:
        print(f"files of a first start: {cost.download / 1e6:.1f} MB")
    if record:
        seconds = round(statistics.median(times["cold", "lab"]), 1)
        write_text(lite.MEASURED, json.dumps({"seconds": seconds}) + "\n")


def measure(root: str) -> dict[tuple[str, str], list[float]]:
    """Cold and warm times of both pages, in turns."""
    times: dict[tuple[str, str], list[float]] = {
        (state, page): [] for state in ("cold", "warm") for page in ("bare", "lab")
    }
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for number in range(ROUNDS):
            pages = [("bare", bare), ("lab", lab)]
            for name, opened in pages if number % 2 else reversed(pages):
                context = browser.new_context()
                context.add_init_script("localStorage.setItem('casebank.lite.started', '1')")
                for state in ("cold", "warm"):
                    took = opened(context, root)
                    times[state, name].append(took)
                context.close()
        browser.close()
    return times


if __name__ == "__main__":
    main("--record" in sys.argv)
