// Bring a trainee's notebook to a new version and lose nothing of the trainee's.
//
// The same rules, function by function, as casebank/check/merge.py, which says why; both must give
// the results of tests/unit/check/merge_cases.json.

const ID_LENGTH = 64;
const CONTEXT = 3;
const LARGEST = 4_000_000;

const plain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const metadataOf = (thing) => (plain(thing.metadata) ? thing.metadata : {});

/** A cell's source as one string, whichever way the notebook keeps it. */
export function textOf(value) {
  const whole = Array.isArray(value) ? value.join("") : String(value || "");
  return whole.replaceAll("\r\n", "\n");
}

const nbgrader = (cell) => {
  const about = metadataOf(cell).nbgrader;
  return plain(about) ? about : {};
};
const locked = (cell) => nbgrader(cell).locked === true;
const nameOf = (cell) => String(cell.id || nbgrader(cell).grade_id || "");
const bare = (cell) => textOf(cell.source).replace(/\n+$/, "");
const same = (one, other) => one.cell_type === other.cell_type && bare(one) === bare(other);
const contentOf = (cell) => `${cell.cell_type}\n${bare(cell)}`;

function first(cells, key) {
  const found = new Map();
  cells.forEach((cell, at) => {
    if (!found.has(key(cell))) found.set(key(cell), at);
  });
  return found;
}

function align(left, right, shifted) {
  const names = first(right, nameOf);
  const grades = first(right, (cell) => nbgrader(cell).grade_id || "");
  const pairs = new Map();
  const taken = new Set();
  const pair = (at, goal) => {
    if (goal === undefined || taken.has(goal) || pairs.has(at)) return;
    pairs.set(at, goal);
    taken.add(goal);
  };
  const byName = (cell) => (nameOf(cell) ? names.get(nameOf(cell)) : undefined);

  left.forEach((cell, at) => {
    const goal = byName(cell);
    if (goal === undefined) return;
    const sure = !shifted || Object.keys(nbgrader(right[goal])).length > 0;
    if (sure || same(cell, right[goal])) pair(at, goal);
  });
  const contents = new Map();
  right.forEach((cell, at) => {
    if (taken.has(at) || Object.keys(nbgrader(cell)).length || !/[^ \t\r\n]/.test(textOf(cell.source))) return;
    const key = contentOf(cell);
    if (!contents.has(key)) contents.set(key, []);
    contents.get(key).push(at);
  });
  left.forEach((cell, at) => {
    const there = contents.get(contentOf(cell));
    if (!pairs.has(at) && !Object.keys(nbgrader(cell)).length && there?.length) pair(at, there.shift());
  });
  left.forEach((cell, at) => pair(at, byName(cell)));
  left.forEach((cell, at) => {
    const grade = nbgrader(cell).grade_id;
    if (grade) pair(at, grades.get(grade));
  });
  return pairs;
}

const about = (notebook) => {
  const found = metadataOf(notebook).casebank;
  return plain(found) ? found : {};
};

function mergedBefore(base, mine, fresh) {
  const [now, old, to] = [mine, base, fresh].map((one) => about(one).version ?? null);
  if (old !== to && (now === old || now === to)) return now === to;
  const last = (cells) => new Map(cells.map((cell) => [nameOf(cell), cell]));
  const olds = last(base.cells);
  const news = last(fresh.cells);
  let asOlds = 0;
  let asNews = 0;
  for (const cell of mine.cells) {
    const [asOld, asNew] = [olds, news].map((those) => {
      const one = those.get(nameOf(cell));
      return one !== undefined && same(cell, one);
    });
    asOlds += asOld && !asNew;
    asNews += asNew && !asOld;
  }
  return asNews > asOlds;
}

/** A unified diff of two sources, line by line. */
export function diff(old, to) {
  const a = old.split("\n");
  const b = to.split("\n");
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const rows = [
    ...a.slice(0, start).map((line) => [" ", line]),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((line) => [" ", line]),
  ];
  return hunks(rows).join("\n");
}

function middle(left, right) {
  if (left.length * right.length > LARGEST) {
    return [...left.map((line) => ["-", line]), ...right.map((line) => ["+", line])];
  }
  const longest = Array.from({ length: left.length + 1 }, () => new Array(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      longest[i][j] =
        left[i] === right[j]
          ? longest[i + 1][j + 1] + 1
          : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const rows = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      rows.push([" ", left[i]]);
      i += 1;
      j += 1;
    } else if (
      j >= right.length ||
      (i < left.length && longest[i + 1][j] >= longest[i][j + 1])
    ) {
      rows.push(["-", left[i]]);
      i += 1;
    } else {
      rows.push(["+", right[j]]);
      j += 1;
    }
  }
  return rows;
}

function hunks(rows) {
  const near = new Array(rows.length).fill(false);
  rows.forEach(([sign], at) => {
    if (sign === " ") return;
    const until = Math.min(rows.length, at + CONTEXT + 1);
    for (let beside = Math.max(0, at - CONTEXT); beside < until; beside += 1) near[beside] = true;
  });
  const lines = [];
  let old = 1;
  let now = 1;
  let at = 0;
  while (at < rows.length) {
    if (!near[at]) {
      old += 1;
      now += 1;
      at += 1;
      continue;
    }
    let until = at;
    while (until < rows.length && near[until]) until += 1;
    const part = rows.slice(at, until);
    const olds = part.filter(([sign]) => sign !== "+").length;
    const news = part.filter(([sign]) => sign !== "-").length;
    lines.push(`@@ -${old},${olds} +${now},${news} @@`);
    lines.push(...part.map(([sign, line]) => sign + line));
    old += olds;
    now += news;
    at = until;
  }
  return lines;
}

function metadata(mine, base, fresh) {
  const old = base ? metadataOf(base) : {};
  const own = Object.entries(metadataOf(mine)).filter(
    ([key]) => key !== "nbgrader" && !Object.hasOwn(old, key),
  );
  return { ...Object.fromEntries(own), ...metadataOf(fresh) };
}

const cellOf = (source, name, about) => ({
  ...source,
  id: name,
  metadata: about,
  source: textOf(source.source),
});

function free(name, taken) {
  for (let number = 1; ; number += 1) {
    const end = `-mine-${number}`;
    const found = name ? [...name].slice(0, ID_LENGTH - end.length).join("") + end : end.slice(1);
    if (!taken.has(found)) return found;
  }
}

function released(mine, base, fresh) {
  const name = nameOf(fresh);
  if (mine === undefined) {
    const what = base === undefined ? "added" : "back";
    return [cellOf(fresh, name, { ...metadataOf(fresh) }), { cell: name, what }];
  }
  const both = metadata(mine, base, fresh);
  if (same(mine, fresh)) return [cellOf(mine, name, both), null];
  const words = textOf(mine.source);
  const untouched = base !== undefined && same(mine, base);
  if (locked(fresh)) {
    const told = { cell: name, what: "replaced" };
    if (!untouched) told.mine = words;
    return [cellOf(fresh, name, both), told];
  }
  if (untouched) return [cellOf(fresh, name, both), { cell: name, what: "replaced" }];
  if (base !== undefined && same(base, fresh)) {
    return [cellOf(mine, name, both), { cell: name, what: "kept" }];
  }
  const to = textOf(fresh.source);
  const old = base === undefined ? "" : textOf(base.source);
  const told = { cell: name, what: "both", mine: words, new: to, diff: diff(old, to) };
  return [cellOf(mine, name, both), told];
}

function mergeCells(base, mine, fresh, shifted) {
  const goal = align(base, fresh, true);
  const baseOf = new Map([...goal].map(([at, to]) => [to, at]));
  const toBase = align(mine, base, shifted);
  const of = new Map();
  const gone = new Map();
  for (const [at, old] of toBase) {
    if (goal.has(old)) of.set(goal.get(old), at);
    else gone.set(at, old);
  }
  const names = first(fresh, nameOf);
  mine.forEach((cell, at) => {
    const to = nameOf(cell) ? names.get(nameOf(cell)) : undefined;
    if (toBase.has(at) || to === undefined || of.has(to) || baseOf.has(to)) return;
    const grade = nbgrader(fresh[to]).grade_id;
    if (same(cell, fresh[to]) || (grade && grade === nbgrader(cell).grade_id)) of.set(to, at);
  });
  const taken = new Set(fresh.map(nameOf));
  const ids = new Set([...taken, ...mine.map(nameOf)]);
  const removed = [];

  const own = (at, changes) => {
    const cell = mine[at];
    const about = { ...metadataOf(cell) };
    delete about.nbgrader;
    if (gone.has(at)) {
      const before = base[gone.get(at)];
      if (same(cell, before) || locked(before)) {
        const told = { cell: nameOf(before), what: "removed" };
        if (!same(cell, before)) told.mine = textOf(cell.source);
        removed.push(told);
        return null;
      }
      changes.push({ cell: nameOf(cell), what: "kept" });
    }
    let name = String(cell.id || "");
    if (!name || taken.has(name)) {
      const found = free(name, new Set([...ids, ...taken]));
      if (name) changes.push({ cell: name, what: "renamed", new: found });
      name = found;
    }
    taken.add(name);
    return cellOf(cell, name, about);
  };

  const place = new Map([...of].map(([to, at]) => [at, to]));
  const after = new Map();
  let neighbour = -1;
  mine.forEach((_, at) => {
    if (place.has(at)) {
      neighbour = place.get(at);
      return;
    }
    const told = [];
    const cell = own(at, told);
    if (cell === null) return;
    if (!after.has(neighbour)) after.set(neighbour, []);
    after.get(neighbour).push([cell, told]);
  });
  const cells = [];
  const changes = [];
  const putOwn = (spot) => {
    for (const [cell, told] of after.get(spot) ?? []) {
      cells.push(cell);
      changes.push(...told);
    }
  };
  putOwn(-1);
  fresh.forEach((one, to) => {
    const old = baseOf.has(to) ? base[baseOf.get(to)] : undefined;
    const [cell, told] = released(of.has(to) ? mine[of.get(to)] : undefined, old, one);
    cells.push(cell);
    if (told) changes.push(told);
    putOwn(to);
  });
  return [cells, [...changes, ...removed]];
}

/**
 * Bring a trainee's notebook to a new version, by the six rules of merge.py.
 *
 * @param {object|null} base the released notebook that the trainee's began from; null: not known
 * @param {object} mine the trainee's notebook
 * @param {object} fresh the new release
 * @returns {{notebook: object, changes: Array<{cell: string, what: string}>}}
 *   what: replaced, kept, both (with mine, new, diff), back, added, removed, renamed (with new)
 */
export function merge(base, mine, fresh) {
  const unknown = base === null || base === undefined;
  const shifted = unknown && (about(mine).version ?? null) !== (about(fresh).version || "?");
  const from = unknown || mergedBefore(base, mine, fresh) ? fresh : base;
  const [cells, changes] = mergeCells(from.cells, mine.cells, fresh.cells, shifted);
  const metadata = { ...metadataOf(fresh), ...metadataOf(mine) };
  if (Object.hasOwn(metadataOf(fresh), "casebank")) {
    metadata.casebank = { ...about(mine), ...about(fresh) };
  }
  const minors = [mine.nbformat_minor, fresh.nbformat_minor].map((n) => Number(n) || 0);
  const notebook = { ...mine, cells, metadata, nbformat: 4, nbformat_minor: Math.max(...minors, 5) };
  return { notebook, changes };
}
