// Compiles the Python of each wheel in a folder by the very Python that will run it in the browser:
// importing pandas there takes a third of the time when nothing is compiled first.
// node compile.mjs CORE FROM TO WHEEL...
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [core, from, to, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(core, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: core + "/" });
for (const [where, root] of [["/from", from], ["/to", to]]) {
  python.FS.mkdir(where);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, where);
}
python.globals.set("WHEELS", python.toPy(wheels));
python.runPython(`
import importlib.util, pathlib, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

TIME = (2026, 1, 1, 0, 0, 0)
for name in WHEELS:
    wheel, target = pathlib.Path("/from") / name, pathlib.Path("/to") / name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            inside = ".dist-info/" not in name and ".data/" not in name
            if name.endswith(".py") and inside:
                try:
                    code = compile(content, name, "exec", dont_inherit=True, optimize=0)
                except (SyntaxError, ValueError):
                    pass  # a template, or code for another Python: it stays as it is
                else:
                    # Unchecked: there is no source beside it to compare with.
                    digest = importlib.util.source_hash(content)
                    name, content = name + "c", bytes(_code_to_hash_pyc(code, digest, False))
            entry = zipfile.ZipInfo(name, TIME)
            entry.external_attr = 0o100644 << 16
            new.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    print(wheel.name, flush=True)
`);
