/* Where the trainee's work lies: IndexedDB of this browser, for this site's address. When the browser
   gives none, a store in memory takes its place, and `kept()` says so. */
const NAME = "casebank", VERSION = 1, MOST_KEPT = 20;
let opened = null, base = null;
const memory = { work: new Map(), kept: new Map(), me: new Map(), next: 1 };

const promised = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

/** The database, or null where the browser keeps nothing. */
export const open = () => {
  opened ||= new Promise((done) => {
    let request;
    try { request = indexedDB.open(NAME, VERSION); } catch { done(null); return; }
    request.onupgradeneeded = () => {
      const base = request.result;
      base.createObjectStore("work", { keyPath: "path" });
      base.createObjectStore("kept", { autoIncrement: true });
      base.createObjectStore("me");
    };
    request.onsuccess = () => {
      base = request.result;
      base.onversionchange = () => { base?.close(); base = opened = null; };
      done(base);
    };
    request.onerror = () => done(null);
  });
  return opened;
};

const run = async (stores, mode, action) => {
  const transaction = (await open()).transaction(stores, mode);
  const ended = new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error || new Error("aborted"));
    transaction.onerror = () => failed(transaction.error);
  });
  const result = await action(transaction);
  await ended;
  return result;
};

/** A notebook whose cells no longer say of themselves that they may run scripts as they are opened.
    JupyterLab believes that word, whoever wrote it. */
export const untrusted = (notebook) => {
  const parts = [notebook];
  for (const cell of Array.isArray(notebook?.cells) ? notebook.cells : []) {
    parts.push(cell, ...(Array.isArray(cell?.outputs) ? cell.outputs : []));
  }
  for (const part of parts) {
    const about = part?.metadata;
    if (!about || typeof about !== "object") continue;
    // `__proto__` as a key of its own: whoever copies it key by key gives the copy that kind.
    for (const key of ["trusted", "__proto__", "constructor", "prototype"]) {
      if (Object.hasOwn(about, key)) delete about[key];
    }
  }
  return notebook;
};

/** One work, or undefined. What lies here may be older than the care that is taken of what comes in. */
export const get = async (path) => {
  const work = (await open()) ? await run(["work"], "readonly", (t) => promised(t.objectStore("work").get(path))) : memory.work.get(path);
  for (const notebook of [work?.notebook, work?.base]) untrusted(notebook);
  return work;
};

/** All works. */
export const all = async () =>
  (await open()) ? run(["work"], "readonly", (t) => promised(t.objectStore("work").getAll())) : [...memory.work.values()];

/** Put a whole work at once, without waiting for anything: so it also ends when the page is being closed. */
export const put = async (record) => {
  if (!base && !(await open())) { memory.work.set(record.path, structuredClone(record)); return; }
  const transaction = base.transaction(["work"], "readwrite");
  const ended = new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error || new Error("aborted"));
  });
  transaction.objectStore("work").put(record);
  transaction.commit?.();
  await ended;
};

/** Remove a work (its copies stay). */
export const remove = async (path) => {
  if (!(await open())) { memory.work.delete(path); return; }
  await run(["work"], "readwrite", (t) => promised(t.objectStore("work").delete(path)));
};

/** A work as a copy of it is kept: with its release and its own checks, so that both come back with it. */
export const copyOf = (work, why, at, title) => {
  const { path, version, notebook, base, sha256, checks, checked } = work;
  return { path, why, at, version, title, notebook, base, sha256, checks, checked };
};

/** Put a copy aside; of each work the last twenty stay. */
export const keep = async (copy) => {
  if (!(await open())) { memory.kept.set(memory.next++, structuredClone(copy)); return; }
  await run(["kept"], "readwrite", async (t) => {
    const store = t.objectStore("kept");
    await promised(store.add(copy));
    const [keys, copies] = [await promised(store.getAllKeys()), await promised(store.getAll())];
    const same = keys.filter((_, i) => copies[i].path === copy.path);
    for (const key of same.slice(0, -MOST_KEPT)) store.delete(key);
  });
};

/** All copies with their keys, the newest first. */
export const copies = async () => {
  if (!(await open())) return [...memory.kept].map(([key, copy]) => ({ key, ...copy })).reverse();
  return run(["kept"], "readonly", async (t) => {
    const store = t.objectStore("kept");
    const [keys, found] = [await promised(store.getAllKeys()), await promised(store.getAll())];
    return found.map((copy, i) => ({ key: keys[i], ...copy })).reverse();
  });
};

/** Remove one copy. */
export const forget = async (key) => {
  if (!(await open())) { memory.kept.delete(key); return; }
  await run(["kept"], "readwrite", (t) => promised(t.objectStore("kept").delete(key)));
};

/** Remove everything: works, copies, who hands in. */
export const clear = async () => {
  for (const one of [memory.work, memory.kept, memory.me]) one.clear();
  if (!(await open())) return;
  await run(["work", "kept", "me"], "readwrite", async (t) => {
    for (const name of ["work", "kept", "me"]) t.objectStore(name).clear();
  });
};

/** Who hands in: { name, id }. */
export const me = async () =>
  ((await open()) ? await run(["me"], "readonly", (t) => promised(t.objectStore("me").get("student"))) : memory.me.get("student")) || { name: "", id: "" };

/** Remember who hands in. */
export const setMe = async (student) => {
  if (!(await open())) { memory.me.set("student", student); return; }
  await run(["me"], "readwrite", (t) => promised(t.objectStore("me").put(student, "student")));
};

/** How safe the work is here: "none", "private", "persistent" or "maybe"; and how much room there is. */
export const kept = async () => {
  if (!(await open())) return { state: "none" };
  // A browser may open a database and refuse to write to it.
  try {
    await run(["me"], "readwrite", (t) => promised(t.objectStore("me").put(Date.now(), "probe")));
  } catch { return { state: "none" }; }
  const storage = navigator.storage;
  if (!storage?.estimate) return { state: "maybe" };
  const { quota, usage } = await storage.estimate().catch(() => ({}));
  if (await storage.persisted?.().catch(() => false)) return { state: "persistent", quota, usage };
  // Firefox and Safari refuse this folder to private windows; Chromium's of old had a share of the
  // memory instead of the disk. Today's Chromium hides it: so the pages say it in any case.
  if (storage.getDirectory) {
    try { await storage.getDirectory(); } catch { return { state: "private", quota, usage }; }
  }
  const heap = performance.memory?.jsHeapSizeLimit;
  if (heap && quota && quota < 2 * heap) return { state: "private", quota, usage };
  return { state: "maybe", quota, usage };
};

/** Ask the browser once to keep the work even when its disk is full. */
export const persist = async () => {
  try { return (await navigator.storage?.persist?.()) || false; } catch { return false; }
};
