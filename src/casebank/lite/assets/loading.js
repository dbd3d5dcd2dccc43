/* How far the start is: a bar, one sentence that names what it waits for, and what to do when it does not move. */
import { $, config, say } from "./ui.js";

const SLOW = 20_000;
//: What each step is of the whole; packages are most of it.
const PARTS = { page: 8, core: 10, package: 50, data: 12, kernel: 20 };

export class Loading {
  constructor({ ready }) {
    this.told = ready;
    this.stop();
  }

  start() {
    this.share = Object.fromEntries(Object.keys(PARTS).map((name) => [name, 0]));
    this.over = this.open = this.heard = this.python = this.kernel = false;
    $("#cbw-error").hidden = true;
    $(".cbw-loading").hidden = false;
    this.say(say("loading_page"));
  }

  stop() {
    clearInterval(this.clock);
    this.over = true;
    $(".cbw-loading").hidden = true;
  }

  /** Show a sentence; if it still stands there after 20 s, say so. */
  say(text) {
    this.what = text;
    $("#cbw-progress").textContent = text;
    $(".cbw-slow").textContent = "";
    const bar = $(".cbw-loading progress");
    const sum = Object.entries(PARTS).reduce((all, [name, part]) => all + part * this.share[name], 0);
    bar.value = Math.max(bar.value, sum);
    clearInterval(this.clock);
    const since = Date.now();
    this.clock = setInterval(() => {
      const seconds = Math.round((Date.now() - since) / 1000);
      $(".cbw-slow").textContent = say("slow", { seconds, what: text });
    }, SLOW);
  }

  hear({ type, stage, name, done, total, message }) {
    if (type === "error") { this.fail(message); return; }
    if (this.over) return;
    this.heard = true;
    this.share.page = this.share.page || 0.5;
    if (stage === "ready") { this.python = true; this.done(); return; }
    if (total) this.share[stage] = done / total;
    else this.share[stage] = 0.3;
    if (stage === "package" || stage === "data") this.share.core = 1;
    if (stage === "kernel") { this.share.core = this.share.package = this.share.data = 1; this.share.kernel = 0.4; }
    this.say(say(`loading_${stage}`, { name, done, total }));
  }

  /** What the notebook's own page tells. */
  inside(state) {
    if (this.over) return;
    this.share.page = 1;
    if (state === "open") this.open = true;
    if (state === "kernel") this.kernel = true;
    this.done();
  }

  /** Python is ready and the notebook is there. A kernel that tells no progress is ready when it says so. */
  done() {
    if (this.over || !this.open || !(this.python || (this.kernel && !this.heard))) return;
    $(".cbw-loading progress").value = 100;
    this.stop();
    this.told();
  }

  /** One sentence, and nothing more is awaited. `whole`: the message is a sentence by itself. */
  fail(message, whole = false) {
    this.stop();
    const end = /[.。！!]$/.test(message || "") ? "" : config.lang === "zh" ? "。" : ".";
    Object.assign($("#cbw-error"), { textContent: whole ? message : say("failed", { message: `${message || "?"}${end}` }), hidden: false });
  }
}
