/** The board of helpers and organisers. */

import { requestState } from "./desk.js";
import { html } from "./html.js";
import { usePolling } from "./polling.js";
import { Problem, refused } from "./problems.js";
import { clock, dong, number, say } from "./texts.js";
import { useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").RoomBoard} RoomBoard */
/** @typedef {import("./types.js").HelpRequest} HelpRequest */
/** @typedef {import("./server.js").ServerError} ServerError */

const EVERY_SECONDS = 10;

/** @param {{server: import("./server.js").Server}} props */
export function Board({ server }) {
  const [board, setBoard] = useState(/** @type {RoomBoard | null} */ (null));
  const [problem, setProblem] = useState(/** @type {ServerError | null} */ (null));
  const look = async () => {
    try {
      setBoard(await server.call("GET", "api/board"));
      setProblem(null);
    } catch (error) {
      setProblem(refused(error));
    }
  };
  /** @param {string} path @param {unknown} body */
  const post = async (path, body) => {
    try {
      await server.call("POST", path, body);
    } catch (error) {
      setProblem(refused(error));
      return false;
    }
    await look();
    return true;
  };
  usePolling(look, EVERY_SECONDS, []);

  return html`<main class="board">
    <h2>${say("board.title")}</h2>
    <${Problem} error=${problem} />
    ${!board && !problem && html`<p role="status">${say("loading")}</p>`}
    ${
      board &&
      html`<${Numbers} board=${board} />
      <${Requests} requests=${board.requests}
        onState=${(/** @type {HelpRequest} */ { owner, id }, /** @type {string} */ state) =>
          post("api/board/requests", { owner, id, state })} />
      ${
        server.person?.group === "organiser" &&
        html`<${Message} onSend=${(/** @type {string} */ text) => post("api/board/messages", { text })} />`
      }
      <${People} board=${board} />`
    }
  </main>`;
}

/** @param {{board: RoomBoard}} props */
function Numbers({ board }) {
  const alarms = board.alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name);
  const facts = [
    ["board.people", say("board.of", { n: board.people.length, all: board.expected })],
    ["board.tokens", number(board.tokens)],
    ["board.price", board.price_vnd === null ? "–" : dong(board.price_vnd)],
    ["board.blocks", number(board.guardrail_blocks)],
    ["board.alarms", alarms.length ? alarms.join(", ") : say("board.no_alarms")],
  ];
  return html`<dl class="facts">${facts.map(([key, value]) => html`<div key=${key}><dt>${say(key)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {{requests: HelpRequest[], onState: (request: HelpRequest, state: string) => void}} props */
function Requests({ requests, onState }) {
  /** @param {HelpRequest} request @param {string} state */
  const button = (request, state) => html`<button
    aria-label=${say(`board.set_${state}_one`, { topic: request.topic })}
    onClick=${() => onState(request, state)}>${say(`board.set_${state}`)}</button>`;
  return html`<h3>${say("board.requests")}</h3>
    ${!requests.length && html`<p>${say("board.no_requests")}</p>`}
    <ul class="list requests">${requests.map(
      (request) => html`<li key=${`${request.owner}/${request.id}`} class=${request.state}>
        <strong>${request.owner}</strong>${request.seat && ` · ${say("board.seat", { seat: request.seat })}`}
        <p dir="auto">${request.topic}</p>
        <span class="note">${clock(request.asked)} · ${requestState(request)}</span>
        <span class="actions">
          ${request.state === "open" && button(request, "taken")}
          ${request.state === "taken" && button(request, "open")}
          ${request.state !== "done" && button(request, "done")}
        </span>
      </li>`,
    )}</ul>`;
}

/** @param {{onSend: (text: string) => Promise<boolean>}} props */
function Message({ onSend }) {
  const [sent, setSent] = useState(false);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const done = await onSend(String(new FormData(form).get("message")).trim());
    setSent(done);
    if (done) form.reset();
  };
  return html`<h3 id="message-title">${say("board.message")}</h3>
    <form class="row" onSubmit=${submit}>
      <input name="message" aria-labelledby="message-title" maxlength="300" required dir="auto" />
      <button>${say("composer.send")}</button>
      <span role="status">${sent && say("board.sent")}</span>
    </form>`;
}

/** @param {{board: RoomBoard}} props */
const People = ({ board }) => html`<h3 id="people-title">${say("board.people")}</h3>
  <div class="wide" tabindex="0" role="region" aria-labelledby="people-title"><table>
    <thead><tr>${["name", "group", "seen", "tokens"].map((key) => html`<th key=${key} scope="col">${say(`people.${key}`)}</th>`)}</tr></thead>
    <tbody>${board.people.map(
      (person) => html`<tr key=${person.name}><td>${person.name}</td><td>${say(`group.${person.group}`)}</td>
        <td>${clock(person.seen)}</td><td>${number(person.tokens)}</td></tr>`,
    )}</tbody>
  </table></div>`;
