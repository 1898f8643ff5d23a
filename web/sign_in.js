/** The sign-in form, and the name and code of a printed card's QR. */

import { html } from "./html.js";
import { Problem, refused } from "./problems.js";
import { say } from "./texts.js";
import { useState } from "./vendor/hooks.js";

/** Name and code from `#name=…&code=…`, which then leaves the address and the history. */
export function takeFragment() {
  const fields = new URLSearchParams(location.hash.slice(1));
  if (fields.has("code")) history.replaceState(null, "", location.pathname + location.search);
  return { name: fields.get("name") ?? "", code: fields.get("code") ?? "" };
}

/**
 * @param {{server: import("./server.js").Server, printed: {name: string, code: string}, ended: boolean,
 *   onSignedIn: () => void}} props `ended`: a session has just run out
 */
export function SignIn({ server, printed, ended, onSignedIn }) {
  const [problem, setProblem] = useState(/** @type {import("./server.js").ServerError | null} */ (null));
  const [waiting, setWaiting] = useState(false);

  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    setWaiting(true);
    setProblem(null);
    try {
      await server.signIn(String(fields.get("name")).trim(), String(fields.get("code")));
      onSignedIn();
    } catch (error) {
      setProblem(refused(error));
    } finally {
      setWaiting(false);
    }
  };

  return html`<form class="card" onSubmit=${submit}>
    <h2>${say("sign_in.title")}</h2>
    <p>${say(ended ? "sign_in.ended" : "sign_in.help")}</p>
    <label for="name">${say("sign_in.name")}</label>
    <input id="name" name="name" required autocomplete="username" autocapitalize="none" spellcheck=${false}
      defaultValue=${printed.name} />
    <label for="code">${say("sign_in.code")}</label>
    <input id="code" name="code" required autocomplete="one-time-code" autocapitalize="none" spellcheck=${false}
      defaultValue=${printed.code} />
    <${Problem} error=${problem} />
    <button class="primary" disabled=${waiting}>${say(waiting ? "sign_in.waiting" : "sign_in.button")}</button>
  </form>`;
}
