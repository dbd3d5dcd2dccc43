/* What the buttons of the work page do: check, hand in, export, import, reset, update. */
import * as store from "./store.js";
import { $, ask, config, download, el, now, pick, say, time, told } from "./ui.js";

/** HTML of the check's report without anything that could run. */
const harmless = (text) => {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  for (const bad of parsed.querySelectorAll("script, iframe, object, embed, link, meta, style, form, base")) bad.remove();
  for (const one of parsed.querySelectorAll("*")) {
    for (const { name, value } of [...one.attributes]) {
      if (/^on/i.test(name) || (/^(href|src|action|xlink:href)$/i.test(name) && !/^#/.test(value))) one.removeAttribute(name);
    }
  }
  return [...parsed.body.childNodes];
};

export const deeds = (page) => {
  const keep = (why) => store.keep(store.copyOf(page.record, why, now(), config.title));

  /** Put another notebook in the place of this one; the old one is put aside before. */
  const replace = async (why, notebook, more = {}) => {
    page.inside()?.save?.();
    await keep(why);
    Object.assign(page.record, more, { notebook, savedAt: now() });
    page.exported = false;
    await page.write();
    page.inside()?.replace?.(notebook);
  };
  const news = (text) => told(text, page.inside() ? ` ${say("kernel_note")}` : "", el("button", { type: "button", class: "cbw-plain", onclick: () => told("") }, say("ok")));
  const fault = async (error) => {
    const known = error.key && config.words[error.key];
    await ask(say("import_failed"), [el("p", { role: "alert" }, known ? say(error.key, error.values) : error.message)], [["ok", say("ok")]]);
  };
  const current = () => { page.inside()?.save?.(); return page.record.notebook; };

  // ---- check -----------------------------------------------------------------------------------
  let busy = false;
  const report = (...content) => {
    const box = $(".cbw-report");
    box.replaceChildren(
      el("button", { type: "button", class: "cbw-plain", onclick: () => { box.hidden = true; $("[data-do=check]").focus(); } }, say("close")),
      ...content,
    );
    box.hidden = false;
    box.scrollTop = 0;
    box.focus({ preventScroll: true });
  };
  const check = async () => {
    if (busy) { told(say("busy")); return null; }
    const inside = page.inside();
    if (!page.ready || !inside?.kernel?.()) { told(say("not_ready")); return null; }
    if (inside.busy?.()) { told(say("cell_running")); return null; }
    busy = true;
    $("[data-do=check]").setAttribute("aria-disabled", "true");
    told(say("checking"));
    try {
      const result = await inside.check((done, total) => told(say("running_all", { done, total })));
      told("");
      if (result.setup === false) report(el("p", {}, say("check_no_setup")));
      else if (result.error) report(el("p", {}, say("check_failed", { message: result.error })));
      else if (result.html) report(...harmless(result.html));
      else report(el("pre", {}, result.text));
      return result;
    } catch (error) {
      told("");
      const message = String(error?.message || error);
      if (error?.cell) report(el("p", {}, say("check_stopped"), el("code", { class: "cbw-file" }, error.cell)));
      else report(el("p", {}, /cancel/i.test(message) ? say("check_cancelled") : say("check_failed", { message })));
      return null;
    } finally {
      busy = false;
      $("[data-do=check]").removeAttribute("aria-disabled");
    }
  };

  // ---- hand in ---------------------------------------------------------------------------------
  /** Titles of the tasks, as the exercise names them. */
  const titles = async () => {
    try {
      const base = new URL(config.manifest, location.href);
      const spec = await (await fetch(new URL(page.manifest.spec.url, base))).json();
      return Object.fromEntries(spec.tasks.map((task) => [task.name, task.title[config.lang]]));
    } catch { return {}; }
  };
  const standing = (named) => {
    if (page.untouched()) return say("state_untouched");
    // A check of one task says less than the last one of all.
    const most = Math.max(...page.record.checks.map(({ total }) => total));
    const last = page.record.checks.findLast(({ total }) => total === most);
    if (!last) return say("state_never");
    const open = Object.entries(last.tasks || {}).filter(([, outcome]) => !/^(passed|person)$/.test(outcome)).map(([name]) => named[name] || name);
    const values = { passed: last.passed, total: last.total, time: time(last.at), open: open.join(config.lang === "zh" ? "、" : ", ") };
    const text = say(open.length && last.passed < last.total ? "state_some" : "state_all", values);
    return page.changedSinceCheck() ? `${text}${config.lang === "zh" ? "" : " "}${say("state_changed")}` : text;
  };
  const handin = async () => {
    current();
    const known = await store.me().catch(() => ({ name: "", id: "" }));
    const [named, files] = await Promise.all([titles(), import("./files.js")]);
    const field = (name, value) => {
      const input = el("input", { id: `cbw-${name}`, name, value, required: true, maxlength: 80, pattern: ".*\\S.*", autocomplete: name === "name" ? "name" : "off", title: say("name_needed") });
      // What a collection could not take is better said here than a week later.
      const judge = () => input.setCustomValidity(name === "id" && input.value.trim() && !files.usableId(input.value) ? say("id_rule") : "");
      input.addEventListener("input", judge);
      judge();
      return [el("label", { for: `cbw-${name}` }, say(name)), input];
    };
    const answer = await ask(
      say("hand_in"),
      [el("p", {}, say("hand_in_what")), el("p", { class: "cbw-standing" }, standing(named)), ...field("name", known.name), ...field("id", known.id)],
      [["make", say("make")], ["", say("cancel")]],
    );
    if (answer?.value !== "make") return;
    const student = { name: answer.fields.name.trim(), id: answer.fields.id.trim() };
    await store.setMe(student).catch(() => {});
    const at = now();
    current();
    const made = files.submission(page.record, student, at);
    const again = () => download(made.name, made.bytes, "application/zip");
    again();
    page.record.handed = [...(page.record.handed || []), { at, name: made.name }].slice(-200);
    page.exported = true;
    await page.write();
    const next = await ask(
      say("made"),
      [el("p", {}, say("made_what"), el("code", { class: "cbw-file" }, made.name)), el("p", {}, say("made_next"))],
      [["ok", say("ok")], ["again", say("download_again")]],
    );
    if (next?.value === "again") again();
  };

  // ---- export, import, reset, update -----------------------------------------------------------
  const exportIt = async () => {
    const { notebookText } = await import("./files.js");
    download(`${config.slug}.ipynb`, notebookText(current()), "application/x-ipynb+json");
    page.exported = true;
  };
  const importIt = async () => {
    const file = await pick();
    if (!file) return;
    try {
      const files = await import("./files.js");
      let notebook = await files.readNotebook(file, config);
      const theirs = notebook.metadata.casebank.version || page.record.version;
      const ours = page.manifest.version;
      const other = config.kind === "exercises" && theirs !== ours;
      const lines = [el("p", {}, say("import_what", { file: file.name }))];
      if (other) lines.push(el("p", {}, say("import_other", { theirs, ours })));
      const answer = await ask(say("import"), lines, [["import", say("do_import")], ["", say("cancel")]]);
      if (answer?.value !== "import") return;
      const base = await page.released();
      if (other) notebook = (await import("./merge.js")).merge(null, notebook, base).notebook;
      // Another notebook, other checks; see reset.
      await replace("import", notebook, { base, version: ours, sha256: page.manifest.notebook.sha256, checks: [], checked: undefined });
      $(".cbw-report").hidden = true;
      news(say("import_done", { file: file.name }));
    } catch (error) { await fault(error); }
  };
  const reset = async () => {
    const answer = await ask(say("reset"), [el("p", {}, say("reset_what"))], [["reset", say("do_reset")], ["", say("cancel")]]);
    if (answer?.value !== "reset") return;
    try {
      const base = await page.released();
      // The checks were those of the notebook that was put aside; they stay with it.
      await replace("reset", base, { base, version: page.manifest.version, sha256: page.manifest.notebook.sha256, checks: [], checked: undefined });
      $(".cbw-report").hidden = true;
      news(say("reset_done"));
    } catch (error) { await fault(error); }
  };
  /** One change, by the first words of its cell: its id says little to a trainee. */
  const change = ({ cell, what, diff }, notebooks) => {
    const found = notebooks.flatMap((one) => one.cells).find((one) => one.id === cell);
    const line = [].concat(found?.source ?? "").join("").split("\n").find((one) => one.trim()) || cell;
    const words = line.replace(/^[#>\s]+/, "");
    const item = el("li", { title: cell }, el("code", {}, words.length > 44 ? `${words.slice(0, 44)}…` : words), `${config.lang === "zh" ? "：" : ": "}${say(`change_${what}`)}`);
    if (what === "both" && diff) item.append(el("pre", { tabindex: "0" }, diff));
    return item;
  };
  const update = async () => {
    if (!page.newer()) { told(say("update_none", { v: page.manifest.version }), el("button", { type: "button", class: "cbw-plain", onclick: () => told("") }, say("ok"))); return; }
    try {
      const mine = current();
      const [{ merge }, fresh] = [await import("./merge.js"), await page.released()];
      const { notebook, changes } = merge(page.record.base, mine, fresh);
      const seen = changes.filter(({ what }) => what !== "kept" || changes.length < 40);
      const answer = await ask(
        say("update_head"),
        [seen.length ? el("ul", { class: "cbw-changes" }, ...seen.map((one) => change(one, [mine, fresh]))) : el("p", {}, say("update_nothing"))],
        [["update", say("do_update")], ["", say("update_later")]],
      );
      if (answer?.value !== "update") return;
      await replace("update", notebook, { base: fresh, version: page.manifest.version, sha256: page.manifest.notebook.sha256 });
      news(say("update_done", { v: page.manifest.version }));
    } catch (error) { await fault(error); }
  };

  return { check, handin, export: exportIt, import: importIt, reset, update };
};
