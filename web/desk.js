/** What concerns the person: budget, the door to Studio, requests for a helper, messages to the room. */

import { html } from "./html.js";
import { Problem, refused } from "./problems.js";
import { clock, number, say } from "./texts.js";
import { useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").Me} MeData */

/** @param {{me: MeData, server: import("./server.js").Server}} props */
export function Desk({ me, server }) {
  return html`<section aria-labelledby="desk-title" class="desk">
    <h2 id="desk-title" class="unseen">${say("desk.title")}</h2>
    ${me.studio && html`<${StudioDoor} server=${server} />`}
    <h3>${say("desk.budget")}</h3>
    <meter aria-label=${say("desk.budget")} min="0" max=${me.budget.limit} value=${me.budget.used}></meter>
    <p class="note">${say("desk.budget_used", { used: number(me.budget.used), limit: number(me.budget.limit) })}</p>
    <h3>${say("desk.requests")}</h3>
    ${!me.requests.length && html`<p class="note">${say("desk.no_requests")}</p>`}
    <ul class="list">${me.requests.map(
      (request) => html`<li key=${request.id}><span dir="auto">${request.topic}</span>
        <span class="note">${clock(request.asked)} · ${requestState(request)}</span></li>`,
    )}</ul>
    ${
      me.messages.length > 0 &&
      html`<h3>${say("desk.messages")}</h3>
      <ul class="list">${me.messages.map(
        (message) => html`<li key=${message.id}><span dir="auto">${message.text}</span>
          <span class="note">${clock(message.sent)} · ${message.from}</span></li>`,
      )}</ul>`
    }
  </section>`;
}

/** @param {import("./types.js").HelpRequest} request */
export const requestState = ({ state, helper }) =>
  state === "open" || !helper ? say(`request.${state}`) : say(`request.${state}_by`, { helper });

/** @param {{server: import("./server.js").Server}} props */
function StudioDoor({ server }) {
  const [problem, setProblem] = useState(/** @type {import("./server.js").ServerError | null} */ (null));
  const [waiting, setWaiting] = useState(false);
  const open = async () => {
    // Opened in the click itself, because browsers block a tab that comes after an answer.
    const tab = window.open("", "_blank");
    setWaiting(true);
    setProblem(null);
    try {
      const { url } = await server.call("POST", "api/studio", {});
      if (tab && /^https?:/.test(url)) tab.location.replace(url);
    } catch (error) {
      tab?.close();
      setProblem(refused(error));
    } finally {
      setWaiting(false);
    }
  };
  return html`<p><button onClick=${open} disabled=${waiting}>${say("desk.studio")}</button></p>
    <p class="note">${say("desk.studio_note")}</p>
    <${Problem} error=${problem} />`;
}
