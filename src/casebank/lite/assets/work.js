/* The work page: starts the notebook, keeps what the trainee writes, and does what the buttons say. */
import * as store from "./store.js";
import { $, $$, config, el, now, say, time, told, warn } from "./ui.js";
import { deeds } from "./deeds.js";
import { Loading } from "./loading.js";

const STARTED = "casebank.lite.started";
const id = Math.random().toString(36).slice(2);
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("casebank-lite") : null;
const send = (type, more = {}) => channel?.postMessage({ type, path: config.path, ...more });

const page = {
  record: null, // the work as it lies in the store
  manifest: null,
  kept: { state: "maybe" },
  frame: null,
  mine: false, // this tab has the notebook open; null while it asks whether another one has
  opened: false, // it is shown
  ready: false,
  exported: true, // where nothing is kept: is there a file of the newest state?
  pending: false,
  failing: false,
  sources: (notebook) => JSON.stringify(notebook.cells.map((cell) => [].concat(cell.source).join(""))),
  untouched: () => page.sources(page.record.notebook) === page.sources(page.record.base),
  changedSinceCheck: () => !!page.record.checked && page.record.checked !== page.sources(page.record.notebook),
  inside: () => page.frame?.contentWindow?.casebankInside || null,
};

// ---- the store ---------------------------------------------------------------------------------
const saved = (text, bad = false) => {
  const box = $(".cbw-saved");
  box.textContent = text;
  box.classList.toggle("cbw-bad", bad);
};
const sayKept = () => {
  if (page.kept.state === "none") saved(say("in_memory"), true);
  else saved(say("saved", { time: time(page.record.savedAt) }));
};

/** Write the whole work; the page says how it went. */
page.write = async () => {
  page.pending = true;
  try {
    await store.put(page.record);
    page.pending = page.failing = false;
    sayKept();
  } catch {
    page.failing = true;
    saved(say("storage_failed"), true);
  }
};

/** What the frame (inside.js) may ask of this page. */
window.casebankHost = {
  path: config.path,
  notebook: async () => page.record?.notebook || null,
  metadata: async () => page.record?.base?.metadata || null,
  changed: (notebook) => {
    if (!page.mine) return;
    page.record.notebook = notebook;
    page.record.savedAt = now();
    page.exported = false;
    page.write();
  },
  state: (state, message) => {
    if (state === "changed") { page.pending = true; saved(say("unsaved")); }
    if (state === "saved") { page.pending = false; sayKept(); }
    if (state === "open" || state === "kernel") loading.inside(state);
    if (state === "ran") send("later");
    if (state === "error") loading.fail(message);
    if (state === "long" || state === "interrupt") stuck(state);
    if (state === "idle" && page.stuck) { page.stuck = false; told(""); }
  },
};

/** A cell that does not end: in the browser only a new Python helps. */
const stuck = (why) => {
  page.stuck = true;
  const again = async () => {
    page.stuck = false;
    page.inside()?.save?.();
    told(say("restarting"));
    await page.inside()?.restart?.();
    told(say("restarted"));
  };
  told(`${say(why === "long" ? "cell_long" : "cell_interrupt")} `, el("button", { type: "button", class: "cbw-plain", onclick: again }, say("restart_python")));
};

addEventListener("beforeunload", (event) => {
  if (!page.mine) return;
  page.inside()?.save?.();
  const lost = page.failing || (page.kept.state === "none" && !page.exported);
  if (lost) { event.preventDefault(); event.returnValue = say("leave"); }
});

// ---- two tabs ----------------------------------------------------------------------------------
const elsewhere = () =>
  new Promise((done) => {
    if (!channel) { done(false); return; }
    const hear = ({ data }) => {
      if (data?.type === "here" && data.path === config.path && data.id !== id) end(true);
    };
    const end = (answer) => { channel.removeEventListener("message", hear); clearTimeout(timer); done(answer); };
    const timer = setTimeout(() => end(false), 400);
    channel.addEventListener("message", hear);
    send("who", { id });
  });
const takeOver = () =>
  new Promise((done) => {
    const hear = ({ data }) => { if (data?.type === "given" && data.path === config.path) end(); };
    const end = () => { channel.removeEventListener("message", hear); clearTimeout(timer); done(); };
    const timer = setTimeout(end, 3000);
    channel.addEventListener("message", hear);
    send("take", { id });
  });
const withdraw = (why) => {
  page.mine = page.ready = false;
  page.frame?.remove();
  page.frame = null;
  window.casebankPython?.stop();
  show(false);
  loading.stop();
  offer(say(why), [["take_over", restart]]);
};
const giveAway = async () => {
  page.inside()?.save?.();
  await page.write();
  withdraw("taken");
  send("given", { id });
};
channel?.addEventListener("message", ({ data }) => {
  if (data?.path !== config.path) return;
  // Of two that ask at the same moment one gives way.
  if (data.type === "who" && data.id !== id && (page.mine || (page.mine === null && id < data.id))) send("here", { id });
  if (data.type === "take" && page.mine && data.id !== id) giveAway();
  if (page.mine === false) return;
  if (data.type === "error" && page.opened) told(say("failed", { message: `${data.message} ` }));
  else if (data.type === "progress" || data.type === "error") loading.hear(data);
  if (data.type === "fetching" && page.opened) {
    page.stuck = true;
    told(say("fetching", { name: data.name }));
  }
  if (data.type === "checked" && page.mine) {
    const { at, passed, total, tasks } = data;
    page.record.checks = [...page.record.checks, { at, passed, total, tasks }].slice(-500);
    page.record.checked = page.sources(page.record.notebook);
    page.write();
  }
});

// ---- shown or not ------------------------------------------------------------------------------
const html = document.documentElement;
const desk = $(".cbw-desk");
const measure = () => {
  const head = $(".cb-header").getBoundingClientRect();
  html.style.setProperty("--cbw-top", `${Math.max(0, head.bottom)}px`);
};
const show = (open) => {
  page.opened = open;
  if (open) scrollTo(0, 0);
  document.body.classList.toggle("cbw-open", open);
  desk.inert = !open;
  $(".cbw-ready").hidden = open || !page.ready || !page.frame;
  if (open) { measure(); page.inside()?.focus?.(); }
};
addEventListener("resize", () => page.opened && measure(), { passive: true });
page.text = () => {
  show(false);
  $(".cbw-ready p").textContent = "";
  $("[data-do=open]").textContent = say("back");
  $("#reading-head").tabIndex = -1;
  $("#reading-head").focus({ preventScroll: true });
};

/** A box with a sentence and what can be done about it. */
const offer = (text, choices) => {
  const box = $(".cbw-offer");
  box.replaceChildren(
    el("p", { role: "status" }, text),
    el("p", { class: "cbw-row" }, ...choices.map(([key, act], i) =>
      el("button", { type: "button", class: `cb-button${i ? "" : " cb-button--first"}`, onclick: () => { box.hidden = true; act(); } }, say(key)))),
  );
  box.hidden = false;
};

// ---- start -------------------------------------------------------------------------------------
const loading = new Loading({
  ready: () => {
    page.ready = true;
    const read = scrollY > 120 || getSelection()?.toString();
    $(".cbw-ready p").textContent = say("ready");
    $("[data-do=open]").textContent = say("open");
    show(!read);
  },
});

const fetched = async (address) => {
  let answer;
  try { answer = await fetch(address); } catch { answer = null; }
  if (!answer?.ok) throw new Error(say("offline", { name: String(address).split("/").pop() }));
  return answer;
};

/** The manifest and, when asked for, the notebook as the site has it now. */
page.released = async () => {
  const notebook = await (await fetched(new URL(page.manifest.notebook.url, new URL(config.manifest, location.href)))).json();
  return notebook;
};

/** Another release than the one that this work began from. A lab has the course's version: that alone changes nothing. */
page.newer = () => {
  const { record, manifest } = page;
  if (!record) return false;
  return record.sha256 ? record.sha256 !== manifest.notebook.sha256 : record.version !== manifest.version;
};

/** Start loading at once, and withdraw if another tab says that it has this notebook. */
const begin = async (asked = elsewhere()) => {
  window.casebankPython?.begin();
  page.mine = null;
  asked.then((other) => { if (other) withdraw("other_tab"); else page.mine = true; });
  try {
    // Asked once: a browser that asks its user in turn must not do so at every start.
    if (!localStorage.getItem(STARTED) && page.kept.state === "maybe") store.persist();
    localStorage.setItem(STARTED, "1");
  } catch { /* then it is asked again */ }
  $(".cbw-start").hidden = true;
  loading.start();
  if (!page.record) {
    const notebook = await page.released();
    const at = now();
    page.record = {
      path: config.path, kind: config.kind, slug: config.slug, lang: config.lang, title: config.title,
      version: page.manifest.version, sha256: page.manifest.notebook.sha256,
      base: notebook, notebook, startedAt: at, savedAt: at, checks: [],
    };
    await page.write();
  } else if (!page.newer() && page.record.version !== page.manifest.version) {
    page.record.version = page.manifest.version;
    await page.write();
  }
  if (page.mine === false) { window.casebankPython?.stop(); return; }
  page.frame = el("iframe", { src: config.app, title: config.frame });
  $(".cbw-frame").replaceChildren(page.frame);
};
const guarded = (act) => act().catch((error) => loading.fail(error.message, true));
const restart = () => guarded(async () => {
  if (await elsewhere()) await takeOver();
  page.record = (await store.get(config.path)) || null;
  await begin(Promise.resolve(false));
});
const start = () => guarded(async () => {
  if (page.newer()) {
    if (await elsewhere()) { offer(say("other_tab"), [["take_over", restart]]); return; }
    const same = page.record.version === page.manifest.version;
    offer(say(same ? "update_same" : "update_offer", { old: page.record.version, new: page.manifest.version }), [
      ["update_see", () => guarded(async () => { await todo.update(); await begin(); })],
      ["update_later", () => guarded(() => begin())],
    ]);
    return;
  }
  await begin();
});

const todo = deeds(page);
todo.start = start;
todo.open = () => show(true);
todo.text = page.text;
document.addEventListener("click", (event) => {
  const more = $(".cbw-more");
  if (more?.open && !event.target.closest(".cbw-more summary")) more.open = false;
  const button = event.target.closest("[data-do]");
  if (button && todo[button.dataset.do]) todo[button.dataset.do](button);
});
document.addEventListener("keydown", (event) => {
  const more = $(".cbw-more");
  if (event.key === "Escape" && more?.open) { more.open = false; $("summary", more).focus(); }
});

guarded(async () => {
  const manifest = fetched(config.manifest).then((answer) => answer.json());
  manifest.catch(() => {});
  [page.kept, page.record] = [await warn(store), (await store.get(config.path).catch(() => null)) || null];
  page.manifest = await manifest;
  let before = null;
  try { before = localStorage.getItem(STARTED); } catch { /* not known */ }
  if (page.record || before) await start();
  else $(".cbw-start").hidden = false;
});
