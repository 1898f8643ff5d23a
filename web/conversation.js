/** The conversation on the screen: asks, follows the stream, and finds its way back after a break. */

import { events } from "./events.js";
import { refused } from "./problems.js";
import { ServerError } from "./server.js";
import { language } from "./texts.js";
import { after, isOpen, newTurn } from "./turns.js";

/** @typedef {import("./types.js").Turn} Turn */

const LOOK_AGAIN_MS = [500, 1000, 2000, 3000, 5000];

export class Conversation {
  id = "";
  title = "";
  /** @type {Turn[]} */
  turns = [];
  /** @type {ServerError | null} */
  problem = null;
  /** The stream broke or is another tab's; the server is asked until the answer is there. */
  following = false;
  stopping = false;
  #reading = new AbortController();

  /**
   * @param {import("./server.js").Server} server
   * @param {() => void} changed called after each change
   * @param {(budget: import("./types.js").Budget) => void} spent
   */
  constructor(server, changed, spent) {
    this.server = server;
    this.changed = changed;
    this.spent = spent;
  }

  get busy() {
    return this.following || this.turns.some(isOpen);
  }

  /** Stops reading. The server finishes the answer all the same. */
  leave() {
    this.#reading.abort();
  }

  /** Shows a conversation that exists; `problem` says why not. @param {string} id */
  async open(id) {
    this.id = id;
    try {
      await this.#load();
    } catch (error) {
      this.#lose(refused(error));
    }
    if (this.turns.some(isOpen)) this.#follow();
  }

  /**
   * Whether the server took the question; if not, `problem` says why and the turns are as before.
   * @param {{text: string, replaces?: string} | {confirm: {id: string, yes: boolean}}} what
   */
  async ask(what) {
    const before = this.turns;
    const replaced = "replaces" in what ? before.findIndex((turn) => turn.id === what.replaces) : -1;
    this.turns = [...(replaced < 0 ? before : before.slice(0, replaced)), newTurn("text" in what ? what.text : "")];
    this.problem = null;
    this.changed();
    try {
      const body = { ...what, language: language(), ...(this.id && { conversation: this.id }) };
      const response = await this.server.chat(body, this.#reading.signal);
      await this.#read(response);
      return true;
    } catch (error) {
      if (this.#reading.signal.aborted) return true;
      this.turns = before;
      this.problem = refused(error);
      if (this.problem.code === "busy") this.#follow();
      this.changed();
      return false;
    }
  }

  async stop() {
    this.stopping = true;
    this.changed();
    await this.server.call("POST", `api/conversations/${this.id}/stop`, {});
  }

  /** @param {Partial<Turn>} change @param {string} id */
  change(id, change) {
    this.turns = this.turns.map((turn) => (turn.id === id ? { ...turn, ...change } : turn));
    this.changed();
  }

  /** @param {Response} response */
  async #read(response) {
    try {
      for await (const event of events(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body))) {
        this.#take(event);
      }
    } catch {
      // A broken connection is told from a finished answer by the turn, below.
    }
    if (this.#reading.signal.aborted) return;
    this.stopping = false;
    const { state } = this.turns[this.turns.length - 1];
    if (state === "sending") throw new ServerError(0, "offline");
    if (state === "answering") this.#follow();
  }

  /** @param {import("./types.js").StreamEvent} event */
  #take(event) {
    if (event.name === "turn") {
      this.id = event.data.conversation;
      this.title = event.data.title;
    }
    if (event.name === "done" && event.data.budget) this.spent(event.data.budget);
    this.turns = this.turns.with(-1, after(this.turns[this.turns.length - 1], event));
    this.changed();
  }

  async #follow() {
    this.following = true;
    this.changed();
    for (let look = 0; this.following && !this.#reading.signal.aborted; look += 1) {
      await pause(LOOK_AGAIN_MS[Math.min(look, LOOK_AGAIN_MS.length - 1)]);
      try {
        await this.#load();
        this.following = this.turns.some(isOpen);
        if (this.problem?.code === "busy" && !this.following) this.problem = null;
      } catch (error) {
        const { status } = refused(error);
        if (status > 0 && status < 500) this.#lose(refused(error));
      }
    }
    this.stopping = false;
    this.changed();
  }

  /** Deleted in another tab, or the session has ended. @param {ServerError} error */
  #lose(error) {
    this.following = false;
    this.problem = error;
    if (error.status === 404) [this.id, this.title, this.turns] = ["", "", []];
    this.changed();
  }

  async #load() {
    const found = await this.server.call("GET", `api/conversations/${this.id}`);
    if (this.#reading.signal.aborted) return;
    this.title = found.title;
    this.turns = found.turns;
    this.changed();
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    addEventListener("online", () => [clearTimeout(timer), resolve(undefined)], { once: true });
  });
}
