/** What the page says, in the person's language. */

export const LANGUAGES = /** @type {const} */ (["vi", "en"]);

/** @typedef {(typeof LANGUAGES)[number]} Language */

const REMEMBERED = "language";

/** @type {Language} */
let current = "vi";
/** @type {Record<string, string>} */
let strings = {};

/** The language chosen here before; otherwise the browser's, otherwise Vietnamese. @returns {Language} */
export function preferredLanguage() {
  const known = [localStorage.getItem(REMEMBERED), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return LANGUAGES.find((language) => language === known.find((each) => LANGUAGES.some((one) => one === each))) ?? "vi";
}

/** @param {Language} wanted */
export async function useLanguage(wanted) {
  const response = await fetch(`strings.${wanted}.json`);
  if (!response.ok) throw new Error(`strings.${wanted}.json: ${response.status}`);
  strings = await response.json();
  current = wanted;
  localStorage.setItem(REMEMBERED, wanted);
  document.documentElement.lang = wanted;
}

export const language = () => current;

/** @param {string} key */
export const isKnown = (key) => key in strings;

/**
 * The sentence of `key`, with `{name}` replaced by `values.name`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return (strings[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** A tool's name for people; its own if the page does not know it. @param {string} name */
export const toolName = (name) => (isKnown(`tool.${name}`) ? say(`tool.${name}`) : name);

/** @param {number} value */
export const number = (value) => new Intl.NumberFormat(current).format(value);

/** @param {number} value */
export const dong = (value) => new Intl.NumberFormat(current, { style: "currency", currency: "VND" }).format(value);

/** Hours and minutes where the person is. @param {string} iso */
export const clock = (iso) =>
  new Intl.DateTimeFormat(current, { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));

/** @param {string} iso */
export const moment = (iso) =>
  new Intl.DateTimeFormat(current, { dateStyle: "short", timeStyle: "short" }).format(new Date(iso));
