/** What the guardrail did, said kindly, and its findings for who wants to know. */

import { html } from "./html.js";
import { explain, refused } from "./problems.js";
import { isKnown, say } from "./texts.js";
import { useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Finding} Finding */

/** @param {{turn: Turn, why: (turn: Turn) => Promise<Finding[]>}} props */
export function Why({ turn, why }) {
  const { action, side } = /** @type {import("./types.js").Guardrail} */ (turn.guardrail);
  const [findings, setFindings] = useState(/** @type {Finding[] | null} */ (null));
  const [problem, setProblem] = useState("");
  const ask = () =>
    why(turn).then(setFindings, (error) => {
      setProblem(explain(refused(error).code));
    });
  return html`<div class="card guardrail">
    <p>${say(action === "masked" ? "guardrail.masked" : `guardrail.blocked_${side}`)}</p>
    ${action === "blocked" && turn.id && !findings && html`<button onClick=${ask}>${say("guardrail.why")}</button>`}
    <div role="status">
      ${findings && !findings.length && html`<p>${say("guardrail.no_findings")}</p>`}
      ${
        findings &&
        html`<ul>${findings.map(
          ({ kind, name }) =>
            html`<li>${say(isKnown(`finding.${kind}`) ? `finding.${kind}` : "finding.other", { name })}</li>`,
        )}</ul>`
      }
      ${problem}
    </div>
  </div>`;
}
