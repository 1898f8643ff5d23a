/** A turn, and what each event of the stream makes of it. */

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").StreamEvent} StreamEvent */

/** Longer than any answer takes: the server has lost a turn that still says `answering` then. */
const LOST_AFTER_MS = 5 * 60 * 1000;

export const MAX_QUESTION = 4000;

/** @param {string} question @returns {Turn} */
export function newTurn(question) {
  return {
    id: "",
    asked: new Date().toISOString(),
    question,
    state: "sending",
    text: "",
    stop: "",
    tools: [],
    guardrail: null,
    confirm: null,
    usage: { input: 0, output: 0 },
    price_vnd: null,
    vote: "none",
  };
}

/** @type {Record<string, (turn: Turn, data: any) => Partial<Turn>>} */
const EFFECTS = {
  turn: (_, data) => ({ id: data.turn, state: "answering" }),
  queued: (_, data) => ({ phase: "queued", queue: data }),
  status: (_, data) => ({ phase: data.phase }),
  tool: (turn, data) => ({ phase: "tool", tools: [...turn.tools, data] }),
  tool_result: (turn, data) => ({
    phase: "thinking",
    tools: turn.tools.map((call) => (call.id === data.id ? { ...call, ...data } : call)),
  }),
  text: (turn, data) => ({ phase: "writing", text: turn.text + data.text }),
  confirm: (_, data) => ({ confirm: data }),
  guardrail: (turn, data) => ({ guardrail: data, text: data.action === "blocked" ? "" : turn.text }),
  done: (_, data) => ({ state: "done", stop: data.stop, usage: data.usage, price_vnd: data.price_vnd }),
  error: (_, data) => ({ state: "failed", problem: data.code }),
};

/** The turn after an event; unknown events change nothing. @param {Turn} turn @param {StreamEvent} event @returns {Turn} */
export function after(turn, event) {
  const effect = EFFECTS[event.name];
  return effect ? { ...turn, ...effect(turn, event.data) } : turn;
}

/** @param {Turn} turn */
export const isOpen = (turn) =>
  turn.state === "sending" ||
  (turn.state === "answering" && Date.now() - new Date(turn.asked).getTime() < LOST_AFTER_MS);

/** The passages that `[n]` in the answer can mean. @param {Turn} turn */
export const passages = (turn) => turn.tools.flatMap((call) => call.passages ?? []);

/** Why a question cannot be sent, as the server's error code; null if it can. @param {string} question */
export function refusal(question) {
  // Spaces, format characters (zero-width ones, too) and controls show nothing.
  if (!/[^\p{Z}\p{Cf}\p{Cc}]/u.test(question)) return "empty_message";
  return length(question) > MAX_QUESTION ? "message_too_long" : null;
}

/** In code points, as the server counts. @param {string} question */
export const length = (question) => [...question].length;
