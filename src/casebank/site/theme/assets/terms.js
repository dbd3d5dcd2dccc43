/* Glossary terms: the definition beside the word, on hover, focus and touch; Escape closes it. */
(function () {
  "use strict";
  var terms = document.querySelectorAll("a.cb-term");
  if (!terms.length) { return; }
  var tip = document.createElement("div");
  tip.id = "cb-tip";
  tip.className = "cb-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  /* Inside the main landmark, so that a screen reader knows where it belongs. */
  (document.querySelector("main") || document.body).appendChild(tip);
  var shown = null;
  function hide() {
    if (shown) { shown.removeAttribute("aria-describedby"); }
    shown = null;
    tip.hidden = true;
  }
  function show(term) {
    if (shown === term) { return; }
    hide();
    shown = term;
    tip.textContent = term.dataset.def;
    tip.hidden = false;
    term.setAttribute("aria-describedby", "cb-tip");
    var box = term.getBoundingClientRect(), width = tip.offsetWidth, height = tip.offsetHeight;
    var left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - width - 8));
    var below = box.bottom + height + 12 < window.innerHeight;
    var parent = tip.offsetParent;
    var fixed = !parent || (parent === document.body && getComputedStyle(parent).position === "static");
    var origin = (fixed ? document.documentElement : parent).getBoundingClientRect();
    tip.style.left = left - origin.left + "px";
    tip.style.top = (below ? box.bottom + 6 : box.top - height - 6) - origin.top + "px";
  }
  terms.forEach(function (term) {
    var touched = false;
    term.addEventListener("pointerdown", function (event) {
      touched = event.pointerType === "touch" && shown !== term;
    });
    term.addEventListener("click", function (event) {
      /* The first touch shows the definition, the second follows the link. */
      if (touched) { event.preventDefault(); touched = false; show(term); }
    });
    term.addEventListener("mouseenter", function () { show(term); });
    term.addEventListener("mouseleave", function () {
      window.setTimeout(function () {
        if (shown === term && !tip.matches(":hover") && document.activeElement !== term) { hide(); }
      }, 120);
    });
    term.addEventListener("focus", function () { show(term); });
    term.addEventListener("blur", hide);
  });
  tip.addEventListener("mouseleave", hide);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { hide(); }
  });
  document.addEventListener("pointerdown", function (event) {
    if (shown && !event.target.closest("a.cb-term, .cb-tip")) { hide(); }
  });
})();
