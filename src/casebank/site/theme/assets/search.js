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
    await engine.options({ baseUrl: root.pathname, excerptLength: 24 });
    await engine.init();
  } catch {
    say(dialog.dataset.fault);
    return;
  }

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
    const parsed = new DOMParser().parseFromString(html, "text/html");
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
    const typed = input.value.trim().toLowerCase();
    const marks = (sub) => sub.excerpt.split("<mark>").length - 1 + (sub.title?.toLowerCase().includes(typed) ? 100 : 0);
    const best = seen.filter((sub) => sub.excerpt.includes("<mark>")).sort((a, b) => marks(b) - marks(a))[0];
    const part = best && best.url.includes("#") && best.title !== data.meta.title ? best : null;
    item.dataset.href = part ? part.url : data.url;
    const title = document.createElement("b");
    title.textContent = data.meta.title || data.url;
    const kind = document.createElement("small");
    kind.textContent = [data.meta.kind, part?.title].filter(Boolean).join(" · ");
    const said = document.createElement("p");
    said.textContent = data.meta.description || "";
    item.append(title, kind, best ? excerpt(best.excerpt) : said);
    item.addEventListener("mousemove", () => { if (chosen !== index) choose(index); });
    item.addEventListener("click", () => open(index));
    return item;
  };
  const run = async () => {
    const query = input.value.trim(), mine = ++asked;
    if (!query) { clear(); say(dialog.dataset.start); return; }
    const found = await engine.debouncedSearch(query, {}, 120);
    if (!found || mine !== asked) return;
    const pages = await Promise.all(found.results.slice(0, 2 * MOST).map((result) => result.data()));
    if (mine !== asked) return;
    // The very words as typed count for more than their parts, in a title most.
    const typed = query.toLowerCase();
    const weight = (page) => page.meta.title?.toLowerCase().includes(typed) ? 2 : page.content?.toLowerCase().includes(typed) ? 1 : 0;
    const weights = new Map(pages.map((page) => [page, weight(page)]));
    pages.sort((a, b) => weights.get(b) - weights.get(a));
    clear();
    const count = found.results.length;
    say((count === 0 ? dialog.dataset.none : count === 1 ? dialog.dataset.one : dialog.dataset.count)
      .replace("{q}", query).replace("{n}", count));
    list.append(...pages.slice(0, MOST).map(show));
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
