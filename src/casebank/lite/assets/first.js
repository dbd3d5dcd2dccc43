// First of all on a work page: Python begins to load before anything else is known of the notebook,
// when this browser has started one before. The frame takes it over; see start.js.
(() => {
  const early = new URL("early.js", document.currentScript.src);
  const parts = location.pathname.split("/").filter((part) => part && part !== "index.html");
  early.searchParams.set("dir", parts.slice(-3).join("/"));
  let waiting = null;
  let given = null;
  window.casebankPython = {
    begin: () => { waiting ??= new Worker(early, { type: "module", name: "python" }); },
    take: () => { [given, waiting] = [waiting, null]; return given; },
    // It belongs to this page, so it does not end with the frame.
    stop: () => { waiting?.terminate(); given?.terminate(); waiting = given = null; },
  };
  try {
    if (localStorage.getItem("casebank.lite.started")) window.casebankPython.begin();
  } catch { /* then it begins with the press on Start */ }
})();
