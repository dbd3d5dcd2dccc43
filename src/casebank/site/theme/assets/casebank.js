/* The frame of every page: colours, language, menu, tables, code, contents. Search comes when asked. */
(() => {
  "use strict";
  const html = document.documentElement, body = document.body;
  const words = JSON.parse(document.getElementById("cb-text").textContent);
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => [...root.querySelectorAll(query)];
  const store = (key, value) => {
    // Storage may be switched off: then a choice lasts for the page only.
    try { localStorage.setItem("casebank." + key, value); } catch { /* nothing to do */ }
  };

  const scheme = $(".cb-scheme");
  const label = () => {
    const dark = html.dataset.mdColorScheme === "slate";
    scheme.setAttribute("aria-label", dark ? scheme.dataset.light : scheme.dataset.dark);
    scheme.title = scheme.getAttribute("aria-label");
  };
  scheme.addEventListener("click", () => {
    const dark = html.dataset.mdColorScheme !== "slate";
    html.dataset.mdColorScheme = dark ? "slate" : "default";
    store("scheme", dark ? "dark" : "light");
    label();
  });
  label();

  const twin = $(".cb-twin");
  twin.addEventListener("click", () => {
    store("lang", twin.dataset.lang);
    // The twin has the same places, so the reader stays where they are.
    if (location.hash) twin.hash = location.hash;
  });

  const menu = $("#cb-menu");
  $(".cb-menu-button").addEventListener("click", () => {
    const open = $(".cb-menu__tabs .cb-open", menu), side = $(".cb-side nav > ul");
    if (open && side && !$("ul", open.parentNode)) open.parentNode.append(side.cloneNode(true));
    menu.showModal();
  });
  for (const dialog of $$("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }

  let search;
  const openSearch = () => {
    const dialog = $("#cb-search");
    if (dialog.open) return;
    menu.open && menu.close();
    dialog.showModal();
    $("input", dialog).focus();
    $("input", dialog).select();
    if (search) return;
    search = document.createElement("script");
    search.src = body.dataset.assets + "search.js";
    search.onerror = () => { search = null; $(".cb-search__status", dialog).textContent = dialog.dataset.fault; };
    document.head.append(search);
  };
  $(".cb-search-button").addEventListener("click", openSearch);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (slash || k) { event.preventDefault(); openSearch(); }
  });

  // A box that scrolls must be reachable by keyboard, and say what it is.
  const boxes = $$(".cb-scroll, pre, .md-typeset math[display=block]");
  const reach = () => {
    for (const box of boxes) {
      const inner = box.localName === "pre" && box.firstElementChild?.localName === "code" ? box.firstElementChild : box;
      for (const one of new Set([box, inner])) {
        if (one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX !== "visible") {
          one.tabIndex = 0;
          if (one.localName !== "math" && !one.hasAttribute("aria-label")) {
            one.setAttribute("role", "group");
            one.setAttribute("aria-label", box.localName === "pre" ? words.code : words.table);
          }
        } else {
          one.removeAttribute("tabindex");
        }
      }
    }
  };
  reach();
  addEventListener("resize", reach, { passive: true });
  addEventListener("load", reach);

  if (navigator.clipboard) {
    for (const pre of $$(".highlight pre, pre > code")) {
      if (pre.closest(".cell_output")) continue;
      const holder = pre.localName === "code" ? pre.parentNode : pre;
      if ($(".cb-copy", holder.parentNode)) continue;
      const box = holder.closest(".highlight") || holder;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cb-copy";
      button.textContent = words.copy;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText((($("code", holder) || holder).textContent).replace(/\n$/, ""));
        button.textContent = words.copied;
        setTimeout(() => { button.textContent = words.copy; }, 1500);
      });
      box.append(button);
    }
  }

  for (const button of $$("[data-print]")) button.addEventListener("click", () => print());

  const links = new Map($$(".cb-toc a[href^='#']").map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
  if (links.size) {
    const places = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    let now;
    const mark = () => {
      let found = null;
      for (const place of places) if (place.getBoundingClientRect().top < innerHeight * 0.3) found = place;
      if (found === now) return;
      links.get(now?.id)?.removeAttribute("aria-current");
      links.get(found?.id)?.setAttribute("aria-current", "true");
      now = found;
    };
    let due = false;
    addEventListener("scroll", () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => { due = false; mark(); });
    }, { passive: true });
    mark();
  }
})();
