/** Server-sent events from the body of a fetch, as far as docs/web-api.md uses them. */

/** @typedef {import("./types.js").StreamEvent} StreamEvent */

/**
 * Events as they arrive, however the network cuts them.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<StreamEvent>}
 */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (waiting + decoder.decode(value, { stream: true })).split("\n\n");
      waiting = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parsed(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** @param {string} block @returns {StreamEvent | null} */
function parsed(block) {
  const lines = block.split("\n").filter((line) => !line.startsWith(":"));
  const fields = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s)));
  return fields.event && fields.data ? { name: fields.event, data: JSON.parse(fields.data) } : null;
}
