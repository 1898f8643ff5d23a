/** A sentence for each refusal, in the person's language. */

import { html } from "./html.js";
import { ServerError } from "./server.js";
import { isKnown, number, say } from "./texts.js";
import { MAX_QUESTION } from "./turns.js";

/** @param {string} code @param {number} [retryAfter] seconds */
export function explain(code, retryAfter) {
  const key = isKnown(`error.${code}`) ? `error.${code}` : "error.internal_error";
  const wait = retryAfter ? ` ${say("error.wait", { seconds: retryAfter })}` : "";
  return say(key, { limit: number(MAX_QUESTION) }) + wait;
}

/** Anything but a refusal of the server is a defect and must show in the console. @param {unknown} error */
export function refused(error) {
  if (error instanceof ServerError) return error;
  throw error;
}

/** @param {{error: ServerError | null}} props */
export const Problem = ({ error }) =>
  html`<div role="alert">${error && html`<p class="problem">${explain(error.code, error.retryAfter)}</p>`}</div>`;
