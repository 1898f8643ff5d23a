/** Markdown that a model or a document wrote, as safe elements. */

import { marked } from "./vendor/marked.js";
import DOMPurify from "./vendor/purify.js";

/** @typedef {import("./types.js").Passage} Passage */

const ALLOWED = {
  ALLOWED_TAGS:
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul".split(" "),
  ALLOWED_ATTR: ["href", "start"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: /** @type {const} */ (true),
};

/**
 * Headings become `<h{deepest}>` at least, links open a tab of their own, wide parts can be scrolled by keyboard.
 * @param {string} source
 * @param {(level: number) => number} heading the level on the page of a heading of the text
 */
export function elements(source, heading) {
  const fragment = DOMPurify.sanitize(marked.parse(source, { async: false }), ALLOWED);
  for (const link of fragment.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  for (const wide of /** @type {NodeListOf<HTMLElement>} */ (fragment.querySelectorAll("pre, table"))) {
    wide.tabIndex = 0;
  }
  for (const old of fragment.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const shifted = document.createElement(`h${heading(Number(old.tagName[1]))}`);
    shifted.append(...old.childNodes);
    old.replaceWith(shifted);
  }
  return fragment;
}

/**
 * Each `[n]` outside of code becomes a button, if there is a passage `n`.
 * @param {DocumentFragment} fragment
 * @param {Passage[]} passages
 * @param {(passage: Passage) => HTMLElement} button
 */
export function cite(fragment, passages, button) {
  const texts = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const node = /** @type {Text} */ (texts.currentNode);
    if (/\[\d+\]/.test(node.data) && !node.parentElement?.closest("code, a")) found.push(node);
  }
  for (const node of found) {
    const parts = node.data.split(/(\[\d+\])/).map((part) => {
      const passage = passages.find(({ n }) => part === `[${n}]`);
      return passage ? button(passage) : part;
    });
    node.replaceWith(...parts);
  }
}

/** The numbers that the answer refers to. @param {string} text @param {Passage[]} passages */
export function cited(text, passages) {
  const numbers = new Set([...text.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1])));
  return passages.filter(({ n }, at) => numbers.has(n) && passages.findIndex((other) => other.n === n) === at);
}
