/* The files that come and go: notebooks, submissions, backups. No page is touched here. */
import { strFromU8, strToU8, unzipSync, zipSync } from "./vendor/fflate.js";
import { sha256 } from "./sha256.js";
import { untrusted } from "./store.js";

export const LARGEST = 30_000_000;
const MOST_CHECKS = 200;

/** Something is wrong with a file; `key` names the sentence, `values` fill it. */
export class FileFault extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

/** A name for a part of a file's name; the same rule as casebank.check.handin. */
export const clean = (text) => {
  const ends = /^[.-]+|[.-]+$/gu;
  const plain = String(text).normalize("NFC").trim().replace(/[^\p{L}\p{Nd}.-]/gu, "-").replace(/-+/g, "-").replace(ends, "");
  return [...plain].slice(0, 40).join("").replace(ends, "") || "x";
};

/** Whether a number can be a folder's name in a course: the rule of `usable_id` in submission.py. */
export const usableId = (text) => {
  const id = text.normalize("NFKC").trim();
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]*$/u.test(id) && !id.endsWith(".") && new TextEncoder().encode(id).length <= 200 && !/^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i.test(id);
};

/** The name of a submission. */
export const submissionName = (name, id, exercise, version) =>
  `${clean(name)}_${clean(id)}_${exercise}_${version}.casebank.zip`;

/** A notebook as a file, the way nbformat writes it. */
export const notebookText = (notebook) => JSON.stringify(notebook, null, 1) + "\n";

/** The submission: name and bytes. */
export const submission = (work, student, at) => {
  const text = strToU8(notebookText(work.notebook));
  const version = work.notebook.metadata?.casebank?.version || work.version;
  const manifest = {
    format: 1,
    exercise: work.slug,
    version,
    lang: work.lang,
    student: { name: student.name, id: student.id },
    notebook: { name: `${work.slug}.ipynb`, sha256: sha256(text), bytes: text.length },
    made_at: at,
    made_with: "browser",
    checks: work.checks.slice(-MOST_CHECKS).map(({ at, passed, total, tasks }) => ({ at, passed, total, tasks })),
  };
  const zip = zipSync({ [`${work.slug}.ipynb`]: text, "manifest.json": strToU8(JSON.stringify(manifest, null, 1) + "\n") }, { level: 6, mtime: new Date(at) });
  return { name: submissionName(student.name, student.id, work.slug, version), bytes: zip };
};

/** What a key like this holds, others would take for the kind of its object. */
const UNSAFE = new Set(["__proto__", "constructor", "prototype"]);
const pure = (key, value) => (UNSAFE.has(key) ? undefined : value);

const parse = (bytes, fault, values) => {
  try { return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), pure); } catch { throw new FileFault(fault, values); }
};

/** The files in a zip that `wanted` takes, by name; never more than LARGEST bytes. */
export const unzip = (bytes, wanted) => {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!wanted(name)) return false;
        total += originalSize;
        if (total > LARGEST) throw new FileFault("too_big");
        return true;
      },
    });
  } catch (error) {
    throw error instanceof FileFault ? error : new FileFault("bad_zip");
  }
};

const isZip = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** The notebook in a chosen file, which may be a notebook or a submission. */
export const readNotebook = async (file, here) => {
  if (file.size > LARGEST) throw new FileFault("too_big");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const named = { file: file.name };
  let content = bytes;
  if (isZip(bytes)) {
    const found = Object.entries(unzip(bytes, (name) => /\.ipynb$/i.test(name) && !/(^|\/)(\.|__MACOSX)/.test(name)));
    const mine = found.find(([name]) => name.split("/").pop() === `${here.slug}.ipynb`) || found[0];
    if (!mine) throw new FileFault("import_empty", named);
    content = mine[1];
  }
  const notebook = parse(content, "import_broken", named);
  if (!notebook || notebook.nbformat !== 4 || !Array.isArray(notebook.cells) || notebook.cells.some((cell) => typeof cell?.cell_type !== "string" || cell.source === undefined)) {
    throw new FileFault("import_broken", named);
  }
  const about = notebook.metadata?.casebank;
  const theirs = about?.exercise || about?.lab;
  if (!theirs) throw new FileFault("import_foreign", named);
  if (theirs !== here.slug || !!about.lab !== (here.kind === "labs")) throw new FileFault("import_wrong", { ...named, theirs, ours: here.slug });
  if (about.lang && about.lang !== here.lang) throw new FileFault("import_lang", named);
  return untrusted(notebook);
};

/** Everything of this browser as one zip: notebooks to open, and what is needed to bring all back. */
export const backup = (works, copies, at) => {
  const files = {};
  for (const work of works) files[`${work.path}.ipynb`] = strToU8(notebookText(work.notebook));
  files["casebank-work.json"] = strToU8(JSON.stringify({ format: 1, made_at: at, works, copies }));
  return zipSync(files, { level: 6 });
};

const isWork = (work) =>
  work && typeof work.path === "string" && work.path === `${work.lang}/${work.kind}/${work.slug}` && Array.isArray(work.notebook?.cells) && Array.isArray(work.base?.cells) && Array.isArray(work.checks);

/** What a backup holds. */
export const readBackup = async (file) => {
  if (file.size > 10 * LARGEST) throw new FileFault("too_big");
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!isZip(bytes)) throw new FileFault("not_backup", { file: file.name });
  const found = unzip(bytes, (name) => name === "casebank-work.json")["casebank-work.json"];
  if (!found) throw new FileFault("not_backup", { file: file.name });
  const content = parse(found, "bad_zip");
  if (content?.format !== 1 || !Array.isArray(content.works) || !content.works.every(isWork)) throw new FileFault("not_backup", { file: file.name });
  const copies = Array.isArray(content.copies) ? content.copies : [];
  for (const work of content.works) untrusted(work.base);
  for (const kept of [...content.works, ...copies]) untrusted(kept?.notebook);
  return { works: content.works, copies };
};

export { strFromU8 };
