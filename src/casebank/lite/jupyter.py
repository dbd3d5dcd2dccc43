"""JupyterLite's own files, cut down to the notebook application, in both languages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casebank.errors import EnvironmentFault
from casebank.files import write_text
from casebank.lang import HTML_LANG, LANGS
from casebank.lite import pins
from casebank.programs import python
from casebank.site.policy import META

EXTENSION = "@jupyterlite/pyodide-kernel-extension"
#: Jupyter opens the notebook of the address only under this name.
APP = "notebooks"
LOCALE = {"zh": "zh_CN", "en": "en"}
#: Applications and leftovers of a build that no page of ours leads to.
DROPPED = (
    "bootstrap.js",
    "consoles",
    "doc",
    "edit",
    "icon-*.png",
    "index.html",
    "jupyter-lite.ipynb",
    "jupyterlite.schema.v0.json",
    "lab",
    "manifest.webmanifest",
    "package.json",
    "repl",
    "rspack.config*.js",
    "service-worker.js",
    "static",
    "tree",
    "build/consoles",
    "build/edit",
    "build/lab",
    "build/repl",
    "build/service-worker.js",
    "build/tree",
)
#: The site works alike with and without https: there is no worker that https alone allows, and no
#: drive that needs it. The rest makes no sense for one notebook in a page that keeps the work
#: itself; each plugin that is left out is one that a first start does not wait for.
DISABLED = (
    "@jupyterlite/services-extension:service-worker-manager",
    "@jupyterlite/apputils-extension:service-worker-manager",
    "@jupyterlite/application-extension:service-worker-manager",
    "@jupyter-notebook/application-extension:dirty",
    "@jupyter-notebook/application-extension:logo",
    "@jupyter-notebook/application-extension:pages",
    "@jupyter-notebook/application-extension:splash",
    "@jupyter-notebook/console-extension",
    "@jupyter-notebook/help-extension",
    "@jupyter-notebook/notebook-extension:checkpoints",
    "@jupyter-notebook/notebook-extension:close-tab",
    "@jupyter-notebook/notebook-extension:edit-notebook-metadata",
    "@jupyter-notebook/notebook-extension:kernel-logo",
    "@jupyter-notebook/notebook-extension:notebook-tools",
    "@jupyter-notebook/notebook-extension:open-tree-tab",
    "@jupyter-notebook/notebook-extension:tab-icon",
    "@jupyter-notebook/notebook-extension:trusted",
    "@jupyter-notebook/tree-extension",
    "@jupyterlab/application-extension:faviconbusy",
    "@jupyterlab/application-extension:top-bar",
    "@jupyterlab/apputils-extension:kernels-settings",
    "@jupyterlab/apputils-extension:licenses-client",
    "@jupyterlab/apputils-extension:licenses-plugin",
    "@jupyterlab/apputils-extension:move-sections",
    "@jupyterlab/apputils-extension:notification",
    "@jupyterlab/apputils-extension:subshell-settings",
    "@jupyterlab/apputils-extension:themes-palette-menu",
    "@jupyterlab/audio-extension",
    "@jupyterlab/celltags-extension",
    "@jupyterlab/completer-extension:inline-completer",
    "@jupyterlab/completer-extension:inline-completer-factory",
    "@jupyterlab/completer-extension:inline-history",
    "@jupyterlab/console-extension",
    "@jupyterlab/docmanager-extension:open-browser-tab",
    "@jupyterlab/docmanager-extension:recents",
    "@jupyterlab/filebrowser-extension:create-new-language-file",
    "@jupyterlab/filebrowser-extension:notify-upload",
    "@jupyterlab/filebrowser-extension:open-browser-tab",
    "@jupyterlab/filebrowser-extension:open-url",
    "@jupyterlab/filebrowser-extension:settings",
    "@jupyterlab/fileeditor-extension",
    "@jupyterlab/help-extension",
    "@jupyterlab/javascript-extension",
    "@jupyterlab/json-extension",
    "@jupyterlab/json-lines-extension",
    "@jupyterlab/logconsole-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/mainmenu-extension:recents",
    "@jupyterlab/mermaid-extension",
    "@jupyterlab/metadataform-extension",
    "@jupyterlab/notebook-extension:active-cell-tool",
    "@jupyterlab/notebook-extension:cloned-outputs",
    "@jupyterlab/notebook-extension:code-console",
    "@jupyterlab/notebook-extension:export",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/notebook-extension:log-output",
    "@jupyterlab/notebook-extension:metadata-editor",
    "@jupyterlab/notebook-extension:open-with-no-kernel",
    "@jupyterlab/notebook-extension:tools",
    "@jupyterlab/notebook-extension:update-raw-mimetype",
    "@jupyterlab/services-extension:terminal-manager",
    "@jupyterlab/theme-dark-high-contrast-extension",
    "@jupyterlab/tooltip-extension:consoles",
    "@jupyterlab/tooltip-extension:files",
    "@jupyterlab/vega5-extension",
    "@jupyterlab/video-extension",
    "@jupyterlite/application-extension:about",
    "@jupyterlite/application-extension:clear-browser-data",
    "@jupyterlite/application-extension:download",
    "@jupyterlite/application-extension:licenses-client",
    "@jupyterlite/application-extension:lsp-connection-manager",
    "@jupyterlite/application-extension:plugin-manager",
    "@jupyterlite/application-extension:share-file",
    "@jupyterlite/notebook-application-extension:logo",
)


def make(contents: Path, out: Path) -> None:
    """Build JupyterLite with these contents.

    Args:
        contents: the released notebooks, by their place.
        out: a folder that does not exist yet.

    Raises:
        EnvironmentFault: JupyterLite is not installed, or its build failed.
    """
    command = python("-m", "jupyterlite_core", "build", "--no-sourcemaps")
    with tempfile.TemporaryDirectory(prefix="casebank-lite-") as name:
        # An empty folder of its own: JupyterLite would read what lies in the current one.
        done = subprocess.run(
            [*command, "--contents", str(contents), "--lite-dir", name, "--output-dir", str(out)],
            cwd=name,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    if done.returncode or not (out / "notebooks" / "index.html").is_file():
        if "No module named" in done.stderr:
            raise EnvironmentFault(
                "JupyterLite is not installed", "--with-browser-labs", "run: make install-browser"
            )
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise EnvironmentFault(f"JupyterLite could not be built ({' '.join(said)})", "", "")
    for pattern in DROPPED:
        for path in out.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    # Their own index of wheels: ours come with the lock.
    shutil.rmtree(out / "extensions" / EXTENSION / "static" / "pypi", ignore_errors=True)


def worker(out: Path) -> str:
    """Address, below ``/lite/``, of the script in which the kernel lives."""
    folder = out / "extensions" / EXTENSION / "static"
    found = sorted(folder.glob("comlink.worker.*.js"))
    if len(found) != 1:
        raise EnvironmentFault(
            "JupyterLite's kernel is not the one that Casebank knows", "", "run: make install"
        )
    return found[0].relative_to(out).as_posix()


def configure(out: Path, assets: str, first: tuple[str, ...]) -> None:
    """One page of the application per language, with all settings in it."""
    whole = json.loads((out / "jupyter-lite.json").read_text(encoding="utf-8"))
    own = json.loads((out / "notebooks" / "jupyter-lite.json").read_text(encoding="utf-8"))
    page = (out / "notebooks" / "index.html").read_text(encoding="utf-8")
    shutil.rmtree(out / "notebooks")
    for name in ("jupyter-lite.json", "config-utils.js"):
        (out / name).unlink()
    settings = whole["jupyter-config-data"] | own["jupyter-config-data"]
    # JupyterLite takes every extension that this machine's JupyterLab has.
    mine = [one for one in settings["federated_extensions"] if one["name"] == EXTENSION]
    kept = out / "kept"
    (out / "extensions" / EXTENSION).rename(kept)
    shutil.rmtree(out / "extensions")
    (out / "extensions" / EXTENSION).parent.mkdir(parents=True)
    kept.rename(out / "extensions" / EXTENSION)
    settings |= {
        "appName": "Casebank",
        "disabledExtensions": list(DISABLED),
        "enableMemoryStorage": True,
        "contentsStorageDrivers": ["memoryStorageDriver"],
        "settingsStorageDrivers": ["memoryStorageDriver"],
        "workspacesStorageDrivers": ["memoryStorageDriver"],
        "exposeAppInBrowser": True,
        "federated_extensions": mine,
        "faviconUrl": "",
        "fullStaticUrl": "./build",
        "settingsUrl": "./build/schemas",
        "litePluginSettings": {
            f"{EXTENSION}:kernel": {
                "pyodideUrl": f"./{assets}/boot.mjs",
                "pipliteUrls": [],
                "disablePyPIFallback": True,
                "loadPyodideOptions": {"packages": [*first, *pins.SPARED]},
            }
        },
    }
    for lang in LANGS:
        local = settings | {
            "settingsOverrides": {
                "@jupyterlab/translation-extension:plugin": {"locale": LOCALE[lang]},
                "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
                # A button in a text that somebody else wrote gives no command.
                "@jupyterlab/apputils-extension:sanitizer": {"allowCommandLinker": False},
            }
        }
        write_text(out / lang / APP / "index.html", _page(page, lang, assets, local))


def _page(page: str, lang: str, assets: str, settings: Mapping[str, Any]) -> str:
    """The application's page of one language, with our scripts before all others."""
    text = json.dumps(settings, ensure_ascii=False, sort_keys=True).replace("</", "<\\/")
    page = page.replace('"../build/', '"../../build/')
    page = re.sub(r'\s*<link rel="manifest"[^>]*>', "", page)
    page, settled = re.subn(
        r'<script id="jupyter-config-data".*?</script>\s*<script>.*?</script>',
        lambda _: (
            f'<script id="jupyter-config-data" type="application/json">{text}</script>'
            f'<script type="module" src="../../{assets}/app.js"></script>'
        ),
        page,
        count=1,
        flags=re.DOTALL,
    )
    html = f'<html lang="{HTML_LANG[lang]}">'
    page, named = re.subn(r"<html[^>]*>", html, page, count=1)
    head = "".join(
        f'<script src="../../{assets}/{name}"></script>' for name in ("inside.js", "start.js")
    )
    icon = '<link rel="icon" href="data:,">'
    first = f'<head><meta charset="utf-8">{META}{icon}{head}'
    page, headed = re.subn(r"<head>", first, page, count=1)
    if not (settled and named and headed):
        raise EnvironmentFault(
            "JupyterLite's page is not the one that Casebank knows", "", "run: make install-browser"
        )
    return page
