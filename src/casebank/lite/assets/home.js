/* My work: what lies in this browser, older copies, backup. */
import * as store from "./store.js";
import { $, ask, config, download, el, now, pick, room, say, time, told, warn } from "./ui.js";

const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("casebank-lite") : null;
const none = { works: $("#cbw-works").innerHTML, copies: $("#cbw-copies").innerHTML };
const joint = config.lang === "zh" ? "，" : ", ";
const title = (one) => config.known[one.path]?.title || one.title || one.path;

/** A notebook that is open elsewhere would write over what is put in its place here. */
const isOpen = (path) =>
  new Promise((done) => {
    if (!channel) { done(false); return; }
    const id = Math.random().toString(36).slice(2);
    const end = (answer) => { channel.removeEventListener("message", hear); clearTimeout(timer); done(answer); };
    const hear = ({ data }) => { if (data?.type === "here" && data.path === path) end(true); };
    const timer = setTimeout(() => end(false), 400);
    channel.addEventListener("message", hear);
    channel.postMessage({ type: "who", path, id });
  });
const fault = (error) =>
  ask(say("failed_head"), [el("p", { role: "alert" }, error.key && config.words[error.key] ? say(error.key, error.values) : error.message)], [["ok", say("ok")]]);
const save = async (work) => {
  const { notebookText } = await import("./files.js");
  download(`${work.path.split("/").pop()}.ipynb`, notebookText(work.notebook), "application/x-ipynb+json");
};
const button = (key, about, onclick) => el("button", { type: "button", class: "cbw-plain", "aria-label": `${say(key)}: ${about}`, onclick }, say(key));

const aside = (work, why) => store.keep(store.copyOf(work, why, now(), title(work)));

const restore = async (copy) => {
  const answer = await ask(say("restore_ask"), [el("p", {}, title(copy)), el("p", {}, say("restore_what", { time: time(copy.at) }))], [["yes", say("restore")], ["", say("cancel")]]);
  if (!answer) return;
  if (await isOpen(copy.path)) throw Object.assign(new Error("open"), { key: "is_open", values: { title: title(copy) } });
  const work = await store.get(copy.path);
  if (!work) throw Object.assign(new Error(say("gone")), {});
  await aside(work, "restore");
  // A copy of an older version brings its release along, so that the update is offered again.
  const from = copy.base ? { base: copy.base, version: copy.version, sha256: copy.sha256 } : {};
  // The checks are those of the notebook that comes back; a copy that knows of none has none.
  const checks = Array.isArray(copy.checks) ? copy.checks : [];
  await store.put({ ...work, ...from, notebook: copy.notebook, checks, checked: copy.checked, savedAt: now() });
  told(say("restored"));
  await show();
};
const remove = async (copy) => {
  const answer = await ask(say("delete_ask"), [el("p", {}, `${title(copy)}${joint}${time(copy.at)}`), el("p", {}, say("delete_what"))], [["yes", say("delete")], ["", say("cancel")]]);
  if (!answer) return;
  await store.forget(copy.key);
  told(say("deleted"));
  await show();
};
const guarded = (act) => async () => { try { await act(); } catch (error) { await fault(error); } };

const workLine = (work) => {
  const facts = [say("version", { v: work.version }), say("last", { time: time(work.savedAt) })];
  const last = work.checks?.at(-1);
  if (last) facts.push(say("checked", last));
  const times = work.handed?.length || 0;
  if (times) facts.push(say(times === 1 ? "handed_one" : "handed", { n: times }));
  const there = config.known[work.path] || !work.path.startsWith(`${config.lang}/`);
  if (!there) facts.push(say("gone"));
  return el("li", { class: "cbw-item" },
    el("span", {}, there ? el("a", { href: `../${work.path}/` }, title(work)) : title(work), el("small", {}, facts.join(joint))),
    button("export", title(work), guarded(() => save(work))));
};
const copyLine = (copy) =>
  el("li", { class: "cbw-item" },
    el("span", {}, title(copy), el("small", {}, [say("version", { v: copy.version }), `${time(copy.at)} ${say(`why_${copy.why}`)}`].join(joint))),
    button("restore", `${title(copy)} ${time(copy.at)}`, guarded(() => restore(copy))),
    button("export", `${title(copy)} ${time(copy.at)}`, guarded(() => save(copy))),
    button("delete", `${title(copy)} ${time(copy.at)}`, guarded(() => remove(copy))));

const list = (box, lines, empty) => {
  if (lines.length) box.replaceChildren(el("ul", { class: "cbw-list" }, ...lines));
  else box.innerHTML = empty;
};
const show = async () => {
  const works = (await store.all()).sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
  list($("#cbw-works"), works.map(workLine), none.works);
  list($("#cbw-copies"), (await store.copies()).map(copyLine), none.copies);
};
const showState = async () => {
  const kept = await warn(store);
  const box = $("#cbw-state");
  const bad = kept.state === "none" || kept.state === "private";
  const lines = [el("p", { class: bad ? "cbw-warn" : "" }, say(`state_${kept.state}`))];
  if (kept.quota) lines.push(el("p", { class: "cbw-note" }, say("room", { used: room(kept.usage || 0), quota: room(kept.quota) })));
  if (kept.state === "maybe" && navigator.storage?.persist) {
    lines.push(el("p", {}, el("button", { type: "button", class: "cbw-plain", onclick: async () => {
      const agreed = await store.persist();
      await showState();
      if (!agreed) told(say("refused"));
    } }, say("ask_persist"))));
  }
  box.replaceChildren(...lines);
};

const day = () => now().slice(0, 10);
const todo = {
  "export-all": async () => {
    const works = await store.all();
    if (!works.length) { told(say("nothing")); return; }
    const { backup } = await import("./files.js");
    const name = `casebank-work-${day()}.zip`;
    download(name, backup(works, (await store.copies()).map(({ key, ...copy }) => copy), now()), "application/zip");
    told(say("exported", { file: name }));
  },
  "import-all": async () => {
    const file = await pick();
    if (!file) return;
    const { readBackup } = await import("./files.js");
    const { works, copies } = await readBackup(file);
    const here = new Map((await store.all()).map((work) => [work.path, work]));
    const same = works.filter((work) => here.has(work.path));
    const answer = await ask(say("import_ask"), [el("p", {}, say("import_what", { file: file.name, n: works.length, m: same.length }))], [["yes", say("do_import")], ["", say("cancel")]]);
    if (!answer) return;
    for (const work of works) {
      if (await isOpen(work.path)) throw Object.assign(new Error("open"), { key: "is_open", values: { title: title(work) } });
    }
    // A copy that lies here already, by its time, is not taken twice.
    const known = new Set((await store.copies()).map((copy) => `${copy.path} ${copy.at}`));
    for (const copy of [...copies].reverse()) {
      if (copy?.path && copy.notebook && !known.has(`${copy.path} ${copy.at}`)) await store.keep(copy);
    }
    for (const work of works) {
      if (here.has(work.path)) await aside(here.get(work.path), "import");
      await store.put(work);
    }
    told(say("imported", { n: works.length }));
    await show();
  },
};
todo["clear-all"] = async () => {
  const answer = await ask(say("clear_ask"), [el("p", {}, say("clear_what"))], [["yes", say("clear")], ["", say("cancel")]]);
  if (!answer) return;
  for (const work of await store.all()) {
    if (await isOpen(work.path)) throw Object.assign(new Error("open"), { key: "is_open", values: { title: title(work) } });
  }
  await store.clear();
  try { localStorage.removeItem("casebank.lite.started"); } catch { /* nothing was kept there */ }
  told(say("cleared"));
  await show();
};
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-do]");
  if (asked && todo[asked.dataset.do]) guarded(todo[asked.dataset.do])();
});
await showState();
await show();
