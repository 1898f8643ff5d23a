/** The list of one's own conversations. */

import { html } from "./html.js";
import { moment, say } from "./texts.js";
import { useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").ConversationInfo} ConversationInfo */

/**
 * @param {{list: ConversationInfo[], current: string, days: number | undefined, onOpen: (id: string) => void,
 *   onNew: () => void, onRename: (id: string, title: string) => void, onDelete: (id: string) => void}} props
 */
export function Conversations({ list, current, days, onOpen, onNew, onRename, onDelete }) {
  const [renaming, setRenaming] = useState("");
  return html`<nav aria-label=${say("list.title")}>
    <button class="primary" onClick=${onNew}>${say("list.new")}</button>
    <h2>${say("list.title")}</h2>
    ${!list.length && html`<p class="note">${say("list.empty")}</p>`}
    <ul class="list">
      ${list.map(
        (each) => html`<li key=${each.id}>
          ${
            renaming === each.id
              ? html`<${Rename} title=${each.title} onDone=${(/** @type {string} */ title) => [
                  setRenaming(""),
                  title && onRename(each.id, title),
                ]} />`
              : html`<button class="link" dir="auto" aria-current=${each.id === current ? "true" : undefined}
                  onClick=${() => onOpen(each.id)}>${each.title}</button>`
          }
          <span class="actions"><span class="note">${moment(each.changed)}</span>
            <button class="quiet" aria-label=${say("list.rename_one", { title: each.title })}
              onClick=${() => setRenaming(each.id)}>${say("list.rename")}</button>
            <button class="quiet" aria-label=${say("list.delete_one", { title: each.title })}
              onClick=${() => confirm(say("list.delete_ask", { title: each.title })) && onDelete(each.id)}
              >${say("list.delete")}</button></span>
        </li>`,
      )}
    </ul>
    ${days && html`<p class="note">${say("list.kept", { days })}</p>`}
  </nav>`;
}

/** @param {{title: string, onDone: (title: string) => void}} props */
function Rename({ title, onDone }) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    onDone(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("title")).trim());
  };
  return html`<form class="row" onSubmit=${submit}>
    <input name="title" aria-label=${say("list.new_title")} maxlength="80" required dir="auto" defaultValue=${title}
      ref=${(/** @type {HTMLInputElement | null} */ input) => input?.select()}
      onKeyDown=${(/** @type {KeyboardEvent} */ { key }) => key === "Escape" && onDone("")} />
    <button>${say("save")}</button>
  </form>`;
}
