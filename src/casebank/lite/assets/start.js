// In the frame with the notebook: Python begins to load at once, not when Jupyter asks for it, and
// every kernel, also one that is started again, gets the folder of this notebook.
(() => {
  const script = document.currentScript.src;
  const path = new URLSearchParams(location.search).get("path") || "";
  const early = new URL("early.js", script);
  early.searchParams.set("dir", path.replace(/\/[^/]*$/, ""));
  const Native = window.Worker;
  const begin = () => new Native(early, { type: "module", name: "python" });
  // The page around the frame may have begun before there was a frame.
  let waiting = null;
  try { waiting = window.parent.casebankPython?.take() ?? null; } catch { /* a page of another host */ }
  waiting ??= begin();
  window.Worker = class extends Native {
    constructor(url, options) {
      if (/\/(comlink|coincident)\.worker\./.test(String(url))) {
        const worker = waiting ?? begin();
        waiting = null;
        return worker;
      }
      super(url, options);
    }
  };
  // Where a server isolates its pages Jupyter would use another worker, which needs a drive.
  Object.defineProperty(window, "crossOriginIsolated", { value: false });
})();
