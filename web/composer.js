/** Where a question is written. */

import { html } from "./html.js";
import { number, say } from "./texts.js";
import { length, MAX_QUESTION } from "./turns.js";

const COUNT_FROM = MAX_QUESTION - 500;

/**
 * @param {{draft: string, busy: boolean, canStop: boolean, stopping: boolean, onDraft: (text: string) => void,
 *   onSend: () => void, onStop: () => void}} props
 */
export function Composer({ draft, busy, canStop, stopping, onDraft, onSend, onStop }) {
  const used = length(draft);
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    if (!busy) onSend();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    // While a Vietnamese input method composes a letter, Enter belongs to it.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  };
  return html`<form class="composer" onSubmit=${submit}>
    <label for="question">${say("composer.label")}</label>
    <textarea id="question" rows="2" dir="auto" aria-describedby="question-help" value=${draft} onKeyDown=${onKeyDown}
      onInput=${(/** @type {{target: HTMLTextAreaElement}} */ { target }) => onDraft(target.value)}></textarea>
    <div class="row">
      <p id="question-help" class=${used > MAX_QUESTION ? "problem" : "note"}>${
        used > COUNT_FROM
          ? say("composer.count", { used: number(used), limit: number(MAX_QUESTION) })
          : say("composer.help")
      }</p>
      ${
        canStop &&
        html`<button type="button" onClick=${onStop} disabled=${stopping}>${say(stopping ? "composer.stopping" : "composer.stop")}</button>`
      }
      ${!busy && html`<button class="primary">${say("composer.send")}</button>`}
    </div>
  </form>`;
}
