/** One question and its answer. */

import { AnswerActions, Feedback } from "./answer_actions.js";
import { html } from "./html.js";
import { cite, cited, elements } from "./markdown.js";
import { explain } from "./problems.js";
import { dong, isKnown, number, say, toolName } from "./texts.js";
import { ToolTrace } from "./tool_trace.js";
import { isOpen, passages } from "./turns.js";
import { useLayoutEffect, useRef, useState } from "./vendor/hooks.js";
import { Why } from "./why.js";

/** @typedef {import("./types.js").Turn} TurnData */
/**
 * @typedef {object} Actions
 * @property {(turn: TurnData, text: string) => void} again asks the question of this turn again, or another one
 * @property {(turn: TurnData, yes: boolean) => void} confirm
 * @property {(passage: import("./types.js").Passage) => void} cite
 * @property {(turn: TurnData, vote: TurnData["vote"], reason?: string) => Promise<void>} vote
 * @property {(turn: TurnData) => Promise<import("./types.js").Finding[]>} why
 */

/** @param {{turn: TurnData, index: number, isLast: boolean, busy: boolean, actions: Actions}} props */
export function Turn({ turn, index, isLast, busy, actions }) {
  const [editing, setEditing] = useState(false);
  const heading = `turn-${index}`;
  const open = isOpen(turn);
  const failed = turn.state === "failed" || (turn.state === "answering" && !open);
  return html`<article class="turn" aria-labelledby=${heading} aria-busy=${open}>
    <h3 id=${heading} class="unseen">${say("turn.heading", { n: index + 1 })}</h3>
    ${
      editing
        ? html`<${Edit} text=${turn.question} onCancel=${() => setEditing(false)}
            onSave=${(/** @type {string} */ text) => [setEditing(false), actions.again(turn, text)]} />`
        : turn.question && html`<p class="question" dir="auto">${turn.question}</p>`
    }
    ${
      !editing &&
      turn.question &&
      !busy &&
      html`<p class="actions end"><button class="quiet" onClick=${() => setEditing(true)}>${say("turn.edit")}</button></p>`
    }
    <${ToolTrace} calls=${turn.tools} open=${open} onCite=${actions.cite} />
    ${turn.text && html`<${Answer} turn=${turn} onCite=${actions.cite} />`}
    ${open && html`<p class="phase">${phase(turn)}</p>`}
    ${turn.guardrail && html`<${Why} turn=${turn} why=${actions.why} />`}
    ${turn.confirm && !open && html`<${Confirm} turn=${turn} isLast=${isLast && !busy} actions=${actions} />`}
    ${failed && html`<p class="problem">${explain(turn.problem ?? "failed")}</p>`}
    ${["stopped", "limit"].includes(turn.stop) && html`<p class="note">${say(`stop.${turn.stop}`)}</p>`}
    <${Sources} turn=${turn} onCite=${actions.cite} />
    ${
      !open &&
      html`<footer>
        <p class="note">${bill(turn)}</p>
        <${AnswerActions} turn=${turn} canRetry=${isLast && !busy && Boolean(turn.question)}
          onRetry=${() => actions.again(turn, turn.question)} />
        ${turn.id && turn.text && html`<${Feedback} turn=${turn} vote=${actions.vote} />`}
      </footer>`
    }
  </article>`;
}

/** What happens now, in words. @param {TurnData} turn */
export function phase(turn) {
  const running = turn.tools.find((call) => call.ok === undefined);
  if (turn.phase === "tool" && running) return say("phase.tool", { tool: toolName(running.name) });
  if (turn.phase === "queued" && turn.queue) {
    const { waited, ahead } = turn.queue;
    return say(ahead === undefined ? "phase.queued" : "phase.queued_ahead", { waited, ahead: ahead ?? 0 });
  }
  return say(isKnown(`phase.${turn.phase}`) ? `phase.${turn.phase}` : "phase.sending");
}

/** @param {TurnData} turn */
function bill({ usage, price_vnd }) {
  const tokens = usage.input + usage.output;
  if (!tokens) return "";
  const price = price_vnd === null ? "" : ` · ${dong(price_vnd)}`;
  return say("turn.tokens", { tokens: number(tokens) }) + price;
}

/** @param {{turn: TurnData, onCite: Actions["cite"]}} props */
function Answer({ turn, onCite }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const known = passages(turn);
  useLayoutEffect(() => {
    const answer = elements(turn.text, () => 4);
    cite(answer, known, (passage) => {
      const button = document.createElement("button");
      button.className = "cite";
      button.textContent = `[${passage.n}]`;
      button.setAttribute("aria-label", say("source.open", { n: passage.n, title: passage.title }));
      button.addEventListener("click", () => onCite(passage));
      return button;
    });
    place.current?.replaceChildren(answer);
  }, [turn.text, known.length, onCite]);
  return html`<div ref=${place} class="answer" dir="auto"></div>`;
}

/** @param {{turn: TurnData, onCite: Actions["cite"]}} props */
function Sources({ turn, onCite }) {
  const used = cited(turn.text, passages(turn));
  if (!used.length) return null;
  return html`<div class="sources"><h4>${say("turn.sources")}</h4><ul>
    ${used.map(
      (passage) =>
        html`<li><button class="link" onClick=${() => onCite(passage)}>[${passage.n}] ${passage.title}</button></li>`,
    )}
  </ul></div>`;
}

/** @param {{turn: TurnData, isLast: boolean, actions: Actions}} props */
function Confirm({ turn, isLast, actions }) {
  const asked = /** @type {import("./types.js").Confirmation} */ (turn.confirm);
  return html`<div class="card">
    <p>${say("confirm.ask", { tool: toolName(asked.tool) })}</p>
    <dl>${Object.entries(asked.arguments).map(([key, value]) => html`<dt>${key}</dt><dd dir="auto">${String(value)}</dd>`)}</dl>
    ${
      isLast
        ? html`<p class="actions">
            <button class="primary" onClick=${() => actions.confirm(turn, true)}>${say("confirm.yes")}</button>
            <button onClick=${() => actions.confirm(turn, false)}>${say("confirm.no")}</button>
          </p>`
        : html`<p class="note">${say("confirm.answered")}</p>`
    }
  </div>`;
}

/** @param {{text: string, onSave: (text: string) => void, onCancel: () => void}} props */
function Edit({ text, onSave, onCancel }) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    onSave(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("question")));
  };
  return html`<form class="edit" onSubmit=${submit}>
    <label for="edit">${say("turn.edit_label")}</label>
    <textarea id="edit" name="question" rows="3" dir="auto" defaultValue=${text} ref=${focus}></textarea>
    <p class="note">${say("turn.edit_note")}</p>
    <p class="actions"><button class="primary">${say("composer.send")}</button>
      <button type="button" onClick=${onCancel}>${say("cancel")}</button></p>
  </form>`;
}

/** @param {HTMLElement | null} element */
const focus = (element) => element?.focus();
