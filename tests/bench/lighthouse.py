"""Lighthouse scores of four kinds of page in both languages: median of five, mobile preset.

Needs Node with npx (Lighthouse comes from the npm registry) and Debian's Chromium.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
PAGES = {
    "home": "{lang}/",
    "chapter": "{lang}/book/chapters/01-customer-segmentation/",
    "case": "{lang}/cases/woolwich-open-plan/",
    "exercise": "{lang}/exercises/rfm-segmentation/",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


def _scores(address: str) -> list[int]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                "npx",
                "--yes",
                "lighthouse@12",
                address,
                "--quiet",
                "--output=json",
                f"--output-path={report}",
                f"--only-categories={','.join(CATEGORIES)}",
                "--chrome-flags=--headless=new --no-sandbox --disable-background-networking",
            ],
            check=True,
            capture_output=True,
            timeout=180,
            env={**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"},
        )
        found = json.loads(report.read_text("utf-8"))["categories"]
    return [round(100 * found[name]["score"]) for name in CATEGORIES]


def main() -> None:
    """Serve ``site/`` as it was built and print one row per page."""
    if not shutil.which("npx") or not shutil.which("chromium"):
        print("needs npx and chromium")
        return
    handler = functools.partial(_Quiet, directory=str(ROOT / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':<12} {'performance':>12} {'accessibility':>14} {'practices':>10} {'seo':>5}")
    for kind, pattern in PAGES.items():
        for lang in ("zh", "en"):
            address = f"http://127.0.0.1:{server.server_port}/{pattern.format(lang=lang)}"
            rows = [_scores(address) for _ in range(RUNS)]
            p, a, b, s = (statistics.median(column) for column in zip(*rows, strict=True))
            print(f"{kind + ' ' + lang:<12} {p:>12} {a:>14} {b:>10} {s:>5}", flush=True)
    server.shutdown()


if __name__ == "__main__":
    main()
