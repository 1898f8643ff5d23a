/** Preact with htm instead of JSX: no build step. */

import htm from "./vendor/htm.js";
import { h } from "./vendor/preact.js";

/** @typedef {import("preact").VNode<any>} View */

export const html = /** @type {(strings: TemplateStringsArray, ...values: any[]) => View} */ (
  /** @type {unknown} */ (htm.bind(h))
);
