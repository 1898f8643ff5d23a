/** The document that an answer cites, opened at the passage. */

import { html } from "./html.js";
import { elements } from "./markdown.js";
import { explain, refused } from "./problems.js";
import { say } from "./texts.js";
import { useEffect, useRef, useState } from "./vendor/hooks.js";
import { marked } from "./vendor/marked.js";

/** @typedef {import("./types.js").Passage} Passage */
/** @typedef {import("./types.js").StoredDocument} StoredDocument */

/** @param {{server: import("./server.js").Server, passage: Passage, onClose: () => void}} props */
export function Source({ server, passage, onClose }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [found, setFound] = useState(/** @type {StoredDocument | null} */ (null));
  const [problem, setProblem] = useState("");

  useEffect(() => {
    dialog.current?.showModal();
    server.call("GET", `api/documents/${passage.document}`).then(setFound, (error) => {
      const { code } = refused(error);
      setProblem(code === "not_found" ? say("source.gone") : explain(code));
    });
  }, []);

  return html`<dialog ref=${dialog} class="source" aria-labelledby="source-title" onClose=${onClose}>
    <header>
      <h2 id="source-title">[${passage.n}] ${found?.title ?? passage.title}</h2>
      <button onClick=${() => dialog.current?.close()}>${say("close")}</button>
    </header>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    ${problem && html`<blockquote class="cited" dir="auto">${passage.text}</blockquote>`}
    ${!problem && !found && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Text} document=${found} passage=${passage} />`}
  </dialog>`;
}

/** @param {{document: StoredDocument, passage: Passage}} props */
function Text({ document, passage }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const blocks = blocksOf(document.markdown, passage.text);

  useEffect(() => {
    if (!place.current) return;
    const parts = blocks.map(({ source, marked: isMarked }) => {
      const part = globalThis.document.createElement(isMarked ? "mark" : "div");
      part.append(elements(source, (level) => Math.min(level + 1, 6)));
      return part;
    });
    place.current.replaceChildren(...parts);
    const first = parts.find((part) => part.tagName === "MARK");
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: "center" });
  }, [document]);

  const isFound = blocks.some((block) => block.marked);
  return html`${!isFound && html`<p>${say("source.changed")}</p>`}
    ${!isFound && html`<blockquote class="cited" dir="auto">${passage.text}</blockquote>`}
    <div ref=${place} class="text" lang=${document.language} dir="auto"></div>`;
}

/**
 * The document's blocks (paragraphs, lists, headings), those of the passage marked. Spaces do not count: a passage has
 * been through a splitter.
 * @param {string} markdown
 * @param {string} passage
 */
export function blocksOf(markdown, passage) {
  const wanted = bare(passage);
  const tokens = marked.lexer(markdown).filter((token) => token.type !== "space");
  const texts = tokens.map((token) => bare(token.raw));
  const from = wanted ? texts.join("").indexOf(wanted) : -1;
  let at = 0;
  return tokens.map((token, index) => {
    const start = at;
    at += texts[index].length;
    const isMarked = from >= 0 && start < from + wanted.length && at > from;
    return { source: token.raw, marked: isMarked };
  });
}

/** @param {string} text */
const bare = (text) => text.normalize("NFC").replace(/\s+/g, "");
