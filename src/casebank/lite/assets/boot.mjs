// Loads Python for one notebook: the core, the first packages, the notebook's files. JupyterLite's
// kernel imports this in place of Pyodide's own module and gets what `begin` has made ready.
import config from "./config.mjs";

const HOME = "/home/pyodide";
const SITE = "/lib/python3.14/site-packages";
const channel = new BroadcastChannel("casebank-lite");
const dir = new URL(self.location.href).searchParams.get("dir") ?? "";
const runtime = new URL(config.runtime, import.meta.url).href;
const quiet = { messageCallback: () => {}, errorCallback: () => {} };
let early = null;
// Once a cell runs, what it waits for is told; what comes in the background is not.
let ready = false;
let background = false;
let say = { stdout: (text) => console.log(text), stderr: (text) => console.error(text) };

const tell = (stage, name = "", done = 0, total = 0) =>
  channel.postMessage({ type: "progress", path: dir, stage, name, done, total });

/** A file of this host; one sentence when it cannot be had. */
async function get(url, kind) {
  let answer;
  try {
    answer = await fetch(url);
  } catch {
    throw new Error(`${new URL(url).pathname}: the server does not answer`);
  }
  if (!answer.ok) throw new Error(`${new URL(url).pathname}: the server says ${answer.status}`);
  return kind === "json" ? answer.json() : new Uint8Array(await answer.arrayBuffer());
}

/** Bytes as they were, whether or not the server has unpacked them on the way. */
async function unpacked(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What belongs into the notebook's folder: [name, bytes] each. */
async function files() {
  if (!dir) return [];
  const base = new URL(`../${dir}/`, import.meta.url);
  const about = await get(new URL("manifest.json", base), "json");
  const wanted = [
    [`${about.slug}.ipynb`, about.notebook.url],
    ...(about.spec ? [["casebank.json", about.spec.url]] : []),
    ...about.data.map((one) => [`data/${one.name}`, one.url]),
  ];
  let done = 0;
  return Promise.all(
    wanted.map(async ([name, url]) => {
      const bytes = await unpacked(await get(new URL(url, base), "bytes"));
      done += 1;
      tell("data", name.split("/").pop(), done, wanted.length);
      return [name, bytes];
    }),
  );
}

/** Count the packages as they arrive. */
function watchFetch() {
  const real = self.fetch.bind(self);
  let done = 0;
  self.fetch = async (input, init) => {
    const name = String(input?.url ?? input).split("/").pop();
    if (ready && !background && name.endsWith(".whl")) {
      channel.postMessage({ type: "fetching", path: dir, name: name.split("-")[0].replaceAll("_", "-") });
    }
    const answer = await real(input, init);
    if (name.endsWith(".whl") && done < config.first.length) {
      done += 1;
      tell("package", name.split("-")[0].replaceAll("_", "-"), done, config.first.length);
    }
    return answer;
  };
}

function write(python, name, content) {
  const path = `${HOME}/${dir}/${name}`;
  python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  python.FS.writeFile(path, content);
}

async function load(options) {
  tell("core");
  watchFetch();
  const [{ loadPyodide: native }, check, mine] = [
    await import(`${runtime}pyodide.mjs`),
    get(new URL(config.check, import.meta.url), "bytes"),
    files(),
  ];
  // A refusal is told where it is awaited.
  check.catch(() => {});
  mine.catch(() => {});
  const python = await native({
    ...options,
    indexURL: runtime,
    packages: config.first,
    stdout: (text) => say.stdout(text),
    stderr: (text) => say.stderr(text),
  });
  python.unpackArchive(await check, "zip", { extractDir: SITE });
  python.runPython("import importlib; importlib.invalidate_caches()");
  for (const [name, content] of await mine) write(python, name, content);
  if (dir) python.FS.chdir(`${HOME}/${dir}`);
  tell("kernel");
  const run = python.runPythonAsync.bind(python);
  python.runPythonAsync = async (code, ...rest) => {
    let result;
    try {
      result = await run(code, ...rest);
    } catch (error) {
      // The last line of a traceback says what is wrong.
      const last = String(error.message).trim().split("\n").pop();
      channel.postMessage({ type: "error", path: dir, message: last });
      throw error;
    }
    if (code.includes("import pyodide_kernel")) {
      python.runPythonAsync = run;
      python.runPython("import casebank_browser; casebank_browser.settle(pyodide_kernel.ipython_shell)");
      ready = true;
      tell("ready");
    }
    return result;
  };
  channel.onmessage = ({ data }) => {
    if (data.path !== dir) return;
    if (data.type === "notebook") write(python, `${dir.split("/").pop()}.ipynb`, data.text);
    if (data.type === "later") {
      background = true;
      const done = () => { background = false; };
      python.loadPackage(config.later, quiet).then(done, done);
    }
  };
  return python;
}

async function guarded(options) {
  try {
    return await load(options);
  } catch (error) {
    channel.postMessage({ type: "error", path: dir, message: String(error?.message ?? error) });
    throw error;
  }
}

/** Start before anybody asks. */
export function begin() {
  early = guarded({});
  early.catch(() => {});
}

/** What the kernel calls; its sinks for printed text are taken over. */
export async function loadPyodide(options) {
  say = { stdout: options.stdout ?? say.stdout, stderr: options.stderr ?? say.stderr };
  const ready = early ?? guarded(options);
  early = null;
  return ready;
}
