/* Self-check questions: shows, per option, whether the choice was right and why. */
(function () {
  "use strict";
  function reset(form) {
    form.querySelector(".cb-quiz-said").textContent = "";
    form.querySelectorAll("fieldset li").forEach(function (item) {
      item.classList.remove("cb-right", "cb-wrong", "cb-missed");
      var reason = item.querySelector(".cb-reason");
      if (reason) { reason.hidden = true; }
      var text = item.querySelector(".cb-quiz-text");
      if (text) { delete text.dataset.misplaced; }
    });
  }
  function judge(form) {
    var inputs = Array.prototype.slice.call(form.querySelectorAll("input"));
    if (!inputs.some(function (input) { return input.checked; })) { return null; }
    var good = true;
    inputs.forEach(function (input) {
      var item = input.closest("li"), wanted = input.hasAttribute("data-right");
      if (input.checked !== wanted) { good = false; }
      /* An option that was not chosen has a lesson as well. */
      item.querySelector(".cb-reason").hidden = false;
      if (input.checked) {
        item.classList.add(wanted ? "cb-right" : "cb-wrong");
      } else if (wanted && form.dataset.kind === "multiple") {
        item.classList.add("cb-missed");
        item.querySelector("label").dataset.missed = form.dataset.missed;
      }
    });
    return good;
  }
  function judgeOrder(form) {
    var last = 0, good = true, steps = form.querySelectorAll("fieldset li"), done = {};
    /* Whatever keeps what must come first is right: steps that share a position, or that do not
       wait for each other, may stand in any order. */
    steps.forEach(function (item) {
      var place = Number(item.dataset.position || 0), wrong = place < last;
      (item.dataset.after || "").split(" ").forEach(function (step) {
        if (step && !done[step]) { wrong = true; }
      });
      if (wrong) {
        good = false;
        item.classList.add("cb-wrong");
        item.querySelector(".cb-quiz-text").dataset.misplaced = form.dataset.misplaced;
      }
      last = Math.max(last, place);
      if (item.dataset.step) { done[item.dataset.step] = true; }
    });
    return good;
  }
  function move(button) {
    var item = button.closest("li"), list = item.parentNode;
    if (button.dataset.move === "-1" && item.previousElementSibling) {
      list.insertBefore(item, item.previousElementSibling);
    } else if (button.dataset.move === "1" && item.nextElementSibling) {
      list.insertBefore(item.nextElementSibling, item);
    }
    button.focus();
    /* Said aloud: a step that moved is nowhere told otherwise to who cannot see the list. */
    var all = Array.prototype.slice.call(list.children), form = button.form;
    form.querySelector(".cb-quiz-said").textContent = form.dataset.moved
      .replace("{n}", all.indexOf(item) + 1).replace("{m}", all.length);
  }
  document.querySelectorAll("form.cb-quiz").forEach(function (form) {
    var said = form.querySelector(".cb-quiz-said");
    form.querySelector(".cb-quiz-check").hidden = false;
    form.addEventListener("change", function () { reset(form); });
    form.addEventListener("click", function (event) {
      var button = event.target.closest("button[data-move]");
      if (button) { reset(form); move(button); }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      reset(form);
      var good = form.dataset.kind === "order" ? judgeOrder(form) : judge(form);
      /* The reasons of an order stand below it; they are of use once the order is right. */
      if (good && form.dataset.kind === "order") { form.querySelector("details").open = true; }
      said.textContent = good === null ? form.dataset.choose
        : good ? form.dataset.allRight : form.dataset.notYet;
    });
  });
})();
