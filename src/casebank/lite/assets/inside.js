/* Inside the notebook app, before everything else: gives it the trainee's notebook, hands every change
   to the work page around it, and does what that page's buttons ask. Classic, so that it runs first. */
(() => {
  "use strict";
  const asked = new URLSearchParams(location.search);
  const path = (asked.get("path") || "").replace(/\/[^/]*\.ipynb$/, "");
  let host = null;
  try { host = parent !== window && parent.casebankHost ? parent.casebankHost : null; } catch { /* another site's frame */ }
  if (!host && !asked.has("alone")) {
    // Without the page around it nothing would be kept.
    const parts = path.split("/");
    location.replace(parts.length === 3 ? `../${parts[1]}/${parts[2]}/` : "../");
    return;
  }
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("casebank-lite") : null;
  const WAIT = 1000;
  // After so long a cell may be one that does not end.
  const PATIENCE = 20000;

  // ---- the notebook that the app opens ---------------------------------------------------------
  const file = "/files/" + (asked.get("path") || "");
  const realFetch = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    const address = new URL(typeof input === "string" ? input : input.url || String(input), location.href);
    if (host && decodeURIComponent(address.pathname).endsWith(file)) {
      const mine = await host.notebook();
      if (mine) {
        return new Response(JSON.stringify(mine), { status: 200, headers: { "Content-Type": "application/json" } });
      }
    }
    return realFetch(input, options);
  };

  // ---- changes ---------------------------------------------------------------------------------
  let panel = null, metadata = null, timer = 0, last = "", told = "";
  /** The notebook as it is kept: with the released kernel's name, without what only this app needs. */
  const json = () => {
    const notebook = JSON.parse(JSON.stringify(panel.context.model.toJSON()));
    notebook.metadata = { ...notebook.metadata };
    for (const key of ["kernelspec", "language_info"]) {
      if (metadata[key]) notebook.metadata[key] = metadata[key]; else delete notebook.metadata[key];
    }
    for (const cell of notebook.cells) {
      if (cell.metadata) delete cell.metadata.trusted;
    }
    return notebook;
  };
  const tell = (text) => {
    if (text === told) return;
    told = text;
    channel?.postMessage({ type: "notebook", path, text });
  };
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (!panel || panel.isDisposed) return;
    const notebook = json(), text = JSON.stringify(notebook);
    if (text === last) { host?.state("saved"); return; }
    last = text;
    tell(text);
    host?.changed(notebook);
    // The app's own copy lives in memory only: to it there is nothing left to save.
    panel.context.model.dirty = false;
  };
  const changed = () => {
    if (!timer) host?.state("changed");
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  };
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) save(); });

  // ---- what the buttons ask --------------------------------------------------------------------
  const kernel = () => panel?.sessionContext?.session?.kernel || null;
  const ask = async (code) => {
    const future = kernel().requestExecute({ code, silent: false, store_history: false, stop_on_error: false });
    const said = { text: "", html: "", error: "" };
    future.onIOPub = ({ header, content }) => {
      if (header.msg_type === "stream" && content.name === "stdout") said.text += content.text;
      if (content?.data?.["text/html"]) said.html = [].concat(content.data["text/html"]).join("");
      else if (content?.data?.["text/plain"]) said.text += [].concat(content.data["text/plain"]).join("");
      if (header.msg_type === "error") said.error = `${String(content.ename).replace(/^<class '(.*)'>$/, "$1")}: ${content.evalue}`;
    };
    await future.done;
    return said;
  };
  const LIVE = 'print(__import__("casebank.check.session",fromlist=["x"]).SESSION.spec is not None)';
  const CHECK = '__import__("IPython.display",fromlist=["x"]).display(__import__("casebank.check",fromlist=["x"]).all())';
  // What this Python has run, and how often it was started anew: a new one ends what was under way.
  const executed = new Set();
  let starts = 0;
  const renewed = () => { starts += 1; executed.clear(); };
  const source = (cell) => cell.model.sharedModel.getSource().trim();
  const codeCells = () => panel.content.widgets.filter((cell) => cell.model.type === "code");
  /** Where the first code stands that this Python has not run as it is now; -1 when it has run all. */
  const unrun = () => codeCells().findIndex((cell) => source(cell) && (cell.model.isDirty || !executed.has(source(cell))));
  /** The code cells from one on, one after the other; an unwritten answer stops nothing. */
  const runAll = async (step, from = 0) => {
    const mine = starts, cells = codeCells();
    for (const [i, cell] of cells.entries()) {
      if (i < from || cell.isDisposed) continue;
      step?.(i + 1, cells.length);
      try { await cell.constructor.execute(cell, panel.sessionContext, {}); } catch { /* its output says it */ }
      if (mine !== starts) throw Object.assign(new Error("cancelled"), { cell: source(cell).split("\n")[0] });
    }
  };
  /** Another notebook in the place of this one, at once; the kernel goes on. */
  const replace = (notebook) => {
    clearTimeout(timer);
    timer = 0;
    panel.context.model.fromJSON(notebook);
    // Python still holds the old one's answers: the next check runs the new one from its top.
    executed.clear();
    last = JSON.stringify(json());
    told = "";
    tell(last);
    panel.context.model.dirty = false;
  };
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const check = async (step) => {
    save();
    const live = async () => (await ask(LIVE)).text.includes("True");
    const from = (await live()) ? unrun() : 0;
    if (from >= 0) await runAll(step, from);
    save();
    // Essays are read from the kernel's copy of the notebook: let it arrive.
    await pause(150);
    return (await live()) ? ask(CHECK) : { setup: false };
  };

  // ---- look ------------------------------------------------------------------------------------
  const dress = () => {
    const style = document.createElement("style");
    style.textContent = `
      #top-panel-wrapper, #jp-MainLogo, #jp-RetroLogo, .jp-NotebookTrustedStatus,
      .jp-NotebookCheckpoint, #jupyterlite-loading-indicator { display: none !important; }
      /* Jupyter's layout may count its hidden head all the same, and leave an empty band. */
      #top-panel-wrapper { min-height: 0 !important; }
      body, #main-panel { background: var(--jp-layout-color1); }
      #main-panel .jp-NotebookPanel-notebook.jp-Notebook { width: 100% !important; min-width: 0; max-width: none; margin: 0; padding: 0; box-shadow: none; }
      .jp-WindowedPanel-viewport { padding: 10px max(10px, calc(50% - 560px)) !important; }
      @media (max-width: 760px) {
        .jp-WindowedPanel-viewport { padding: 4px 2px !important; }
        .jp-Cell { padding: 3px 0 !important; }
        .jp-Cell .jp-InputPrompt, .jp-Cell .jp-OutputPrompt, .jp-Cell .jp-InputCollapser, .jp-Cell .jp-OutputCollapser { display: none !important; }
        .jp-RenderedHTMLCommon { overflow-wrap: anywhere; padding-right: 4px; }
        /* A table is drawn to the side; its numbers are not to be broken. */
        .jp-RenderedHTMLCommon table { overflow-wrap: normal; }
        .jp-RenderedHTMLCommon h1 { font-size: 22px; }
        .jp-Toolbar-item.jp-KernelName, .jp-Notebook-toolbarCellType { display: none !important; }
      }`;
    document.head.append(style);
  };
  if (document.body) dress(); else addEventListener("DOMContentLoaded", dress);
  const theme = () => {
    if (!host) return;
    const dark = parent.document.documentElement.dataset.mdColorScheme === "slate";
    window.jupyterapp.commands
      .execute("apputils:change-theme", { theme: dark ? "JupyterLab Dark" : "JupyterLab Light" })
      .catch(() => { /* a theme is not worth an error */ });
  };

  // ---- start -----------------------------------------------------------------------------------
  const found = () => {
    const widget = window.jupyterapp?.shell?.currentWidget;
    return widget?.context?.model && widget.content?.widgets ? widget : null;
  };
  const wait = async () => {
    while (!found()) await pause(50);
    panel = found();
    await panel.context.ready;
    const first = panel.context.model.toJSON();
    metadata = { kernelspec: first.metadata.kernelspec, language_info: first.metadata.language_info };
    const released = host && (await host.metadata());
    if (released) metadata = released;
    last = JSON.stringify(json());
    tell(last);
    panel.context.model.dirty = false;
    panel.context.model.contentChanged.connect(changed);
    window.jupyterapp.shell.collapseTop?.();
    if (host) {
      theme();
      new parent.MutationObserver(theme).observe(parent.document.documentElement, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    }
    // A text cell that is opened by a double click takes the keys at once.
    panel.content.node.addEventListener("dblclick", () => setTimeout(() => {
      const cell = panel.content.activeCell;
      if (cell?.model.type === "markdown" && cell.rendered === false) panel.content.mode = "edit";
    }, 60));
    host?.state("open");
    await panel.sessionContext.ready;
    channel?.addEventListener("message", ({ data }) => {
      // A kernel that starts again has an empty folder.
      if (data?.type === "progress" && data.path === path && data.stage === "ready") { told = ""; tell(JSON.stringify(json())); }
    });
    told = "";
    tell(last);
    const ran = (_, { header }) => {
      if (header.msg_type !== "execute_input") return;
      panel.sessionContext.iopubMessage.disconnect(ran);
      // What the first cell does not need may now be loaded; see `later` in boot.mjs.
      setTimeout(() => host?.state("ran"), 0);
    };
    panel.sessionContext.iopubMessage.connect(ran);
    panel.sessionContext.iopubMessage.connect((_, { header, content }) => {
      if (header.msg_type === "execute_input") executed.add(String(content.code).trim());
    });
    watch();
    host?.state("kernel");
  };
  // ---- a cell that does not end ----------------------------------------------------------------
  const watch = () => {
    let timer = 0;
    panel.sessionContext.statusChanged.connect((_, status) => {
      clearTimeout(timer);
      if (/restarting$/.test(status)) renewed();
      if (status === "busy") {
        // What the cell does may freeze the page: its text is kept before.
        save();
        timer = setTimeout(() => host?.state("long"), PATIENCE);
      } else host?.state("idle");
    });
    // Nothing reaches Python in the browser while it runs; Jupyter's button would do nothing.
    window.jupyterapp.commands.commandExecuted.connect((_, { id }) => {
      if (/^(notebook|kernelmenu):interrupt/.test(id) && busy()) host?.state("interrupt");
    });
  };
  const busy = () => panel?.sessionContext?.kernelDisplayStatus === "busy";
  const restart = () => panel.sessionContext.restartKernel();
  // A browser that lets nothing have the focus in an inert frame (Firefox) has to be asked again when it is shown.
  const focus = () => { window.focus(); panel?.content.activate(); };
  window.casebankInside = { json, save, check, runAll, replace, kernel, busy, restart, focus };
  wait().catch((error) => host?.state("error", String(error?.message || error)));
})();
