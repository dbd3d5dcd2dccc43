/* The search dialog: loads the index on the first opening, one list of results, keys up and down. */
(async () => {
  "use strict";
  const dialog = document.getElementById("cb-search");
  const input = dialog.querySelector("input"), list = dialog.querySelector("ul");
  const status = dialog.querySelector(".cb-search__status");
  const root = new URL(document.body.dataset.root, location.href);
  const say = (text) => { status.textContent = text; };
  const MOST = 12;
  let engine, chosen = -1, asked = 0;
  try {
    engine = await import(new URL("pagefind/pagefind.js", root).href);
    await engine.options({ baseUrl: root.pathname, excerptLength: document.body.dataset.lang === "zh" ? 44 : 24 });
    await engine.init();
  } catch {
    say(dialog.dataset.fault);
    return;
  }

  // The index holds Chinese character by character (see search.py), so a word is a phrase of them.
  const spaced = (text) => text.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, " ");
  const clean = (text) => (text || "").replace(/\u200b/g, "").replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, "");
  const plain = (text) => clean(text).toLowerCase();

  const options = () => [...list.children];
  const choose = (index) => {
    const all = options();
    if (!all.length) { chosen = -1; input.removeAttribute("aria-activedescendant"); return; }
    all[chosen]?.setAttribute("aria-selected", "false");
    chosen = (index + all.length) % all.length;
    all[chosen].setAttribute("aria-selected", "true");
    all[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[chosen].id);
  };
  const open = (index) => {
    const item = options()[index];
    if (item) location.href = item.dataset.href;
  };
  const clear = () => {
    list.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const excerpt = (html) => {
    // Pagefind's excerpt is escaped text with <mark>: kept as such, never as other markup.
    const p = document.createElement("p");
    const joined = html.replace(/\u200b/g, "").replace(/<\/mark>\s*<mark>/g, (between) => (/\s/.test(between) ? "\u0001" : ""));
    const parsed = new DOMParser().parseFromString(joined.replace(/(?<=\p{Script=Han})[ \u0001](?=\p{Script=Han})/gu, "").replace(/\u0001/g, " "), "text/html");
    for (const node of parsed.body.childNodes) {
      if (node.nodeName === "MARK") p.append(Object.assign(document.createElement("mark"), { textContent: node.textContent }));
      else p.append(node.textContent);
    }
    return p;
  };
  const show = (data, index) => {
    const item = document.createElement("li");
    item.id = "cb-result-" + index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    // The best section that shows the words; a page found by its glossary twins shows what it is about.
    const seen = (data.sub_results || []).filter((sub) => !sub.url.endsWith("#cb-twins"));
    const typed = plain(input.value.trim());
    const marks = (sub) => sub.excerpt.split("<mark>").length - 1 + (plain(sub.title).includes(typed) ? 100 : 0);
    const best = seen.filter((sub) => sub.excerpt.includes("<mark>")).sort((a, b) => marks(b) - marks(a))[0];
    const whole = plain(data.meta.title).includes(typed) || best?.title === data.meta.title;
    const part = best && best.url.includes("#") && !whole ? best : null;
    item.dataset.href = part ? part.url : data.url;
    const title = document.createElement("b");
    title.textContent = clean(data.meta.title) || data.url;
    const kind = document.createElement("small");
    kind.textContent = [data.meta.kind, clean(part?.title)].filter(Boolean).join(" · ");
    const said = document.createElement("p");
    said.textContent = clean(data.meta.description);
    item.append(title, kind, best ? excerpt(best.excerpt) : said);
    item.addEventListener("mousemove", () => { if (chosen !== index) choose(index); });
    item.addEventListener("click", () => open(index));
    return item;
  };
  // The engine never gives up: for a word that stands nowhere it offers words that begin alike. So a
  // page must hold most of what was typed; the very words count more, in a title most.
  const weight = (page, typed) => {
    const title = plain(page.meta.title), all = `${title} ${plain(page.content)} ${plain(page.meta.kind)}`;
    if (title.includes(typed)) return 3;
    if (all.includes(typed)) return 2;
    const parts = [];
    for (const word of typed.split(/\s+/)) {
      if (/\p{Script=Han}{2}/u.test(word)) for (let i = 0; i < word.length - 1; i++) parts.push(word.slice(i, i + 2));
      else if (word) parts.push(word.slice(0, Math.max(3, Math.ceil(word.length * 0.6))));
    }
    const share = parts.filter((part) => all.includes(part)).length / (parts.length || 1);
    return share >= 0.5 ? share : 0;
  };
  const find = async (query) => {
    const phrase = /^\p{Script=Han}{2,}$/u.test(query) ? await engine.search(`"${spaced(query)}"`) : null;
    return phrase?.results.length ? phrase : engine.search(spaced(query));
  };
  const run = async () => {
    const query = input.value.trim(), mine = ++asked;
    if (!query) { clear(); say(dialog.dataset.start); return; }
    await new Promise((later) => setTimeout(later, 120));
    if (mine !== asked) return;
    const found = await find(query);
    if (mine !== asked) return;
    const pages = await Promise.all(found.results.slice(0, 2 * MOST).map((result) => result.data()));
    if (mine !== asked) return;
    const ranked = pages.map((page) => [page, weight(page, plain(query))]).filter(([, worth]) => worth > 0)
      .sort((a, b) => b[1] - a[1]).map(([page]) => page);
    clear();
    const count = ranked.length;
    say((count === 0 ? dialog.dataset.none : count === 1 ? dialog.dataset.one : dialog.dataset.count)
      .replace("{q}", query).replace("{n}", count));
    list.append(...ranked.slice(0, MOST).map(show));
    input.setAttribute("aria-expanded", String(count > 0));
    if (count) choose(0);
  };
  input.addEventListener("input", run);
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    else if (event.key === "Enter" && event.target === input) { event.preventDefault(); open(chosen); }
  });
  dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  await run();
})();
