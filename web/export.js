/** A conversation as a Markdown file. */

import { cited } from "./markdown.js";
import { moment, say } from "./texts.js";
import { passages } from "./turns.js";

/** @typedef {import("./types.js").Turn} Turn */

/** @param {string} title @param {Turn[]} turns */
export function asMarkdown(title, turns) {
  const parts = turns.map((turn, index) => {
    const question = turn.question.replace(/^/gm, "> ");
    const sources = cited(turn.text, passages(turn)).map(
      ({ n, title: name, document }) => `- [${n}] ${name} (${document})`,
    );
    const answer = turn.text || say("export.no_answer");
    return [`## ${say("turn.heading", { n: index + 1 })}, ${moment(turn.asked)}`, question, answer, sources.join("\n")]
      .filter(Boolean)
      .join("\n\n");
  });
  return `${[`# ${title}`, ...parts].join("\n\n")}\n`;
}

/** @param {string} title @param {Turn[]} turns */
export function save(title, turns) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asMarkdown(title, turns)], { type: "text/markdown" }));
  link.download = `${
    title
      .match(/[\p{L}\p{N}]+/gu)
      ?.join("-")
      .slice(0, 60) || "chat"
  }.md`;
  link.click();
  URL.revokeObjectURL(link.href);
}
