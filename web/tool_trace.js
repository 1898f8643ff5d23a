/** What the agent did before it answered: each tool with its arguments and what came back. */

import { html } from "./html.js";
import { say, toolName } from "./texts.js";

/** @typedef {import("./types.js").ToolCall} ToolCall */

/** @param {{calls: ToolCall[], open: boolean, onCite: (passage: import("./types.js").Passage) => void}} props */
export function ToolTrace({ calls, open, onCite }) {
  if (!calls.length) return null;
  return html`<ol class="tools" aria-label=${say("tools.label")}>
    ${calls.map(
      (call) => html`<li key=${call.id}><details>
        <summary>${toolName(call.name)} <span class="note">${state(call, open)}</span></summary>
        <dl>${Object.entries(call.arguments).map(
          ([key, value]) =>
            html`<dt>${key}</dt><dd dir="auto">${typeof value === "string" ? value : JSON.stringify(value)}</dd>`,
        )}</dl>
        ${call.text && html`<pre tabindex="0" dir="auto">${call.text}</pre>`}
        ${call.passages?.map(
          (passage) => html`<p dir="auto"><button class="link" onClick=${() => onCite(passage)}>
            [${passage.n}] ${passage.title}</button> ${passage.text}</p>`,
        )}
      </details></li>`,
    )}
  </ol>`;
}

/** @param {ToolCall} call @param {boolean} open */
function state(call, open) {
  if (call.ok === undefined) return say(open ? "tools.running" : "tools.unknown");
  return say(call.ok ? "tools.done" : "tools.failed");
}
