/* What both sorts of page need: words, dialogs, downloads, times. */
export const $ = (query, root = document) => root.querySelector(query);
export const $$ = (query, root = document) => [...root.querySelectorAll(query)];
export const config = JSON.parse($("#cbw-config").textContent);

/** One of the page's words with its values filled in. */
export const say = (key, values = {}) =>
  (config.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

/** An element with text or children. */
export const el = (tag, more = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(more)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null && child !== ""));
  return made;
};

/** A time as people say it: today's by the clock, another day's with its date. */
export const time = (iso) => {
  const at = new Date(iso), now = new Date();
  const two = (n) => String(n).padStart(2, "0");
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return clock;
  return config.lang === "zh"
    ? `${at.getFullYear()} 年 ${at.getMonth() + 1} 月 ${at.getDate()} 日 ${clock}`
    : `${at.getDate()} ${at.toLocaleString("en-GB", { month: "long" })} ${at.getFullYear()} ${clock}`;
};

/** Now, in UTC, to the second. */
export const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/** Bytes as people say them. */
export const room = (bytes) =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** Let the browser save a file. */
export const download = (name, content, type) => {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

/** Ask in a dialog. `buttons`: [[value, label], …], the first is the main one; null when closed. */
export const ask = (title, body, buttons) =>
  new Promise((done) => {
    const dialog = $(".cbw-dialog");
    const form = el("form", { method: "dialog" }, el("h2", { id: "cbw-dialog-head" }, title), ...body);
    const row = el("p", { class: "cbw-row" });
    for (const [i, [value, label]] of buttons.entries()) {
      const first = i === 0;
      row.append(el("button", { class: `cb-button${first ? " cb-button--first" : ""}`, value, type: "submit", formnovalidate: !first }, label));
    }
    form.append(row);
    dialog.replaceChildren(form);
    dialog.returnValue = "";
    const fields = {};
    form.addEventListener("submit", () => { for (const input of $$("input", form)) fields[input.name] = input.value; });
    dialog.addEventListener("close", () => {
      done(dialog.returnValue ? { value: dialog.returnValue, fields } : null);
      dialog.replaceChildren();
    }, { once: true });
    dialog.showModal();
    ($("input", form) || $("button", form)).focus();
  });

/** Let the reader choose one file; null when none was chosen. */
export const pick = () =>
  new Promise((done) => {
    const input = $("#cbw-file");
    input.value = "";
    input.onchange = () => done(input.files[0] || null);
    input.oncancel = () => done(null);
    input.click();
  });

/** Say something in the page's line for news; screen readers hear it. */
export const told = (text, ...more) => { $(".cbw-told").replaceChildren(...(text ? [text, ...more] : [])); };

/** What the page has to say of http and of storage. */
export const warn = async (store) => {
  if (!isSecureContext) Object.assign($("#cbw-http"), { textContent: say("http"), hidden: false });
  const kept = await store.kept();
  const box = $("#cbw-storage");
  if (box && (kept.state === "none" || kept.state === "private")) Object.assign(box, { textContent: say("state_" + kept.state), hidden: false });
  return kept;
};
