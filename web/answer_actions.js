/** What can be done with an answer: copy, ask again, say whether it helped. */

import { html } from "./html.js";
import { explain, refused } from "./problems.js";
import { say } from "./texts.js";
import { useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").Turn} Turn */

/** @param {{turn: Turn, canRetry: boolean, onRetry: () => void}} props */
export function AnswerActions({ turn, canRetry, onRetry }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(turn.text).then(() => setCopied(true));
  return html`<span class="actions">
    ${turn.text && html`<button class="quiet" onClick=${copy}>${say(copied ? "turn.copied" : "turn.copy")}</button>`}
    ${canRetry && html`<button class="quiet" onClick=${onRetry}>${say("turn.retry")}</button>`}
  </span>`;
}

/** @param {{turn: Turn, vote: import("./turn.js").Actions["vote"]}} props */
export function Feedback({ turn, vote }) {
  const [said, setSaid] = useState("");
  /** @param {Turn["vote"]} wanted @param {string} [reason] */
  const send = (wanted, reason) =>
    vote(turn, wanted, reason).then(
      () => setSaid(wanted === "none" ? "" : say("feedback.thanks")),
      (error) => setSaid(explain(refused(error).code)),
    );
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    send("down", String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason")));
  };
  /** @param {"up" | "down"} which */
  const button = (which) => html`<button class="quiet" aria-pressed=${turn.vote === which}
    onClick=${() => send(turn.vote === which ? "none" : which)}>${say(`feedback.${which}`)}</button>`;
  return html`<span class="actions">${button("up")}${button("down")} <span role="status">${said}</span></span>
    ${
      turn.vote === "down" &&
      html`<form class="row" onSubmit=${submit}>
        <label>${say("feedback.reason")} <input name="reason" maxlength="500" required dir="auto" /></label>
        <button>${say("composer.send")}</button>
      </form>`
    }`;
}
