/* What is due when: the same sums as casebank.clock, in the reader's browser. Tests compare the two.
   Days are counted from 1 January 1970, so that no time zone and no clock change can move one. */
(function () {
  "use strict";
  var DAY = 86400000;
  function read(text) {
    var parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    if (!parts) { return null; }
    var day = Math.round(Date.UTC(+parts[1], +parts[2] - 1, +parts[3]) / DAY);
    return write(day) === text ? day : null;
  }
  function write(day) { return new Date(day * DAY).toISOString().slice(0, 10); }
  function year(day) { return new Date(day * DAY).getUTCFullYear(); }
  function weekday(day) { return new Date(day * DAY).getUTCDay(); }
  function known(data, day) { return data.years.indexOf(year(day)) >= 0; }
  function works(data, place, day) {
    var text = write(day), calendar = data.calendars[place];
    if (calendar.worked.indexOf(text) >= 0) { return true; }
    return weekday(day) > 0 && weekday(day) < 6 && calendar.off.indexOf(text) < 0;
  }
  /* The count-th working day after a day, or null where the way leads into an unknown year. */
  function add(data, place, day, count) {
    while (count > 0) {
      day += 1;
      if (!known(data, day)) { return null; }
      if (works(data, place, day)) { count -= 1; }
    }
    return day;
  }
  /* One entry a step: {id, day, working}; day is null where it cannot be known. */
  function due(data, received, name) {
    var start = read(received), regime = data.regimes[name], days = {};
    if (start === null || !known(data, start)) { return null; }
    return regime.steps.map(function (step) {
      var from = step.after ? days[step.after] : start, day = null;
      if (from !== null) {
        day = step.unit === "working" ? add(data, regime.place, from, step.count)
          : from + step.count * (step.unit === "weeks" ? 7 : 1);
      }
      days[step.id] = day;
      return {
        id: step.id,
        day: day === null ? null : write(day),
        working: day === null || !known(data, day) ? null : works(data, regime.place, day)
      };
    });
  }
  function say(data, entry) {
    var words = data.words, day = entry.day;
    if (day === null) { return words.refused; }
    var number = read(day), parts = day.split("-");
    var text = words.day.replace("{w}", words.weekdays[weekday(number)]).replace("{y}", parts[0])
      .replace("{m}", words.months[+parts[1] - 1]).replace("{d}", +parts[2]);
    if (entry.working === false) { return text + words.off; }
    return entry.working === null ? text + words.unknown : text;
  }
  function wake(section) {
    var data = JSON.parse(section.querySelector("script[type='application/json']").textContent);
    var form = section.querySelector("form"), said = section.querySelector("[role=status]");
    var day = form.querySelector("input"), regime = form.querySelector("select");
    var head = section.querySelector(".cb-due-head");
    function show() {
      var found = due(data, day.value, regime.value);
      var typed = read(day.value);
      section.querySelectorAll("tr[data-regime]").forEach(function (row) {
        row.hidden = row.dataset.regime !== regime.value;
        var place = row.querySelector(".cb-due");
        if (!place) { return; }
        var entry = found && found.filter(function (one) { return one.id === row.dataset.step; })[0];
        place.textContent = entry ? say(data, entry) : data.words.none;
      });
      if (typed === null) {
        said.textContent = data.words.bad;
      } else if (!found) {
        said.textContent = data.words.refusal.replace("{y}", year(typed));
      } else {
        said.textContent = data.words.done.replace("{day}",
          say(data, { day: day.value, working: works(data, data.regimes[regime.value].place, typed) }));
      }
    }
    head.textContent = data.words.head;
    form.hidden = false;
    said.hidden = false;
    form.addEventListener("input", show);
    form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
    section.dueFor = function (received, name) { return due(data, received, name); };
    show();
  }
  document.querySelectorAll("section[data-tool='deadlines']").forEach(wake);
})();
