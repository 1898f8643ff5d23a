/** Starts the page. */

import { App } from "./app.js";
import { html } from "./html.js";
import { takeFragment } from "./sign_in.js";
import { preferredLanguage, useLanguage } from "./texts.js";
import { render } from "./vendor/preact.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
// The code leaves the address before anything else happens.
const printed = takeFragment();

const opened = await useLanguage(preferredLanguage()).then(
  () => true,
  () => false,
);
if (opened) {
  root.replaceChildren();
  render(html`<${App} printed=${printed} />`, root);
} else {
  const start = /** @type {HTMLElement} */ (document.getElementById("start"));
  start.textContent = "Không kết nối được, hãy tải lại trang. · No connection, please reload the page.";
}
