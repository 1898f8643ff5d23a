/** The chat: conversations beside the one that is open. */

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Conversations } from "./conversations.js";
import { Desk } from "./desk.js";
import { save } from "./export.js";
import { html } from "./html.js";
import { Problem, refused } from "./problems.js";
import { ServerError } from "./server.js";
import { Source } from "./source.js";
import { language, say } from "./texts.js";
import { phase, Turn } from "./turn.js";
import { isOpen, refusal } from "./turns.js";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").ConversationInfo} ConversationInfo */
/** @typedef {import("./types.js").Turn} TurnData */

const IN_ADDRESS = "#c=";

/**
 * @param {{server: import("./server.js").Server, me: import("./types.js").Me | null,
 *   signedIn: boolean, onSpent: (budget: import("./types.js").Budget) => void, onAnswered: () => void}} props
 */
export function Chat({ server, me, signedIn, onSpent, onAnswered }) {
  const [, redraw] = useReducer((/** @type {number} */ count) => count + 1, 0);
  const [list, setList] = useState(/** @type {ConversationInfo[]} */ ([]));
  const [draft, setDraft] = useState("");
  const [problem, setProblem] = useState(/** @type {ServerError | null} */ (null));
  const [passage, setPassage] = useState(/** @type {import("./types.js").Passage | null} */ (null));
  const [listShown, setListShown] = useState(false);
  const create = () => new Conversation(server, () => redraw(0), onSpent);
  const [chat, setChat] = useState(create);

  /** @param {() => Promise<unknown>} work */
  const attempt = async (work) => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(refused(error));
    }
  };
  const loadList = async () => setList((await server.call("GET", "api/conversations")).conversations);
  /** @param {string} id */
  const show = (id) =>
    attempt(async () => {
      const next = create();
      setChat(next);
      setListShown(false);
      if (id) await next.open(id);
    });
  useEffect(() => {
    if (!signedIn || chat.busy) return;
    chat.problem = null;
    attempt(loadList);
    if (location.hash.startsWith(IN_ADDRESS)) show(location.hash.slice(IN_ADDRESS.length));
  }, [signedIn]);
  useEffect(() => () => chat.leave(), [chat]);
  useEffect(() => {
    // From its first event on: a browser that is closed while the answer streams finds it again.
    history.replaceState(null, "", chat.id ? IN_ADDRESS + chat.id : location.pathname + location.search);
  }, [chat.id]);

  /** @param {Parameters<Conversation["ask"]>[0]} what */
  const ask = async (what) => {
    const taken = await chat.ask(what);
    onAnswered();
    await attempt(loadList);
    return taken;
  };
  /** @param {string} text @param {string} [replaces] */
  const askText = async (text, replaces) => {
    const why = refusal(text);
    setProblem(why ? new ServerError(400, why) : null);
    if (why) return;
    if (!replaces) setDraft("");
    const taken = await ask({ text, ...(replaces && { replaces }) });
    if (!taken) setDraft((newer) => newer || text);
  };
  const actions = useMemo(
    () => ({
      again: (/** @type {TurnData} */ turn, /** @type {string} */ text) => askText(text, turn.id),
      confirm: (/** @type {TurnData} */ turn, /** @type {boolean} */ yes) =>
        ask({ confirm: { id: turn.confirm?.id ?? "", yes } }),
      cite: setPassage,
      vote: async (
        /** @type {TurnData} */ { id },
        /** @type {TurnData["vote"]} */ vote,
        /** @type {string} */ reason,
      ) => {
        await server.call("POST", "api/feedback", { conversation: chat.id, turn: id, vote, ...(reason && { reason }) });
        chat.change(id, { vote });
      },
      why: async (/** @type {TurnData} */ { id }) =>
        (await server.call("POST", "api/why", { conversation: chat.id, turn: id })).findings,
    }),
    [chat],
  );

  const last = chat.turns[chat.turns.length - 1];
  return html`<div class="chat">
    <button class="drawer" aria-expanded=${listShown} aria-controls="side" onClick=${() => setListShown(!listShown)}>
      ${say("side.title")}</button>
    <aside id="side" class=${listShown ? "shown" : ""} aria-label=${say("side.title")}>
      <${Conversations} list=${list} current=${chat.id} days=${me?.retention_days} onOpen=${show} onNew=${() => show("")}
        onRename=${(/** @type {string} */ id, /** @type {string} */ title) =>
          attempt(async () => {
            await server.call("PATCH", `api/conversations/${id}`, { title });
            if (id === chat.id) chat.title = title;
            await loadList();
          })}
        onDelete=${(/** @type {string} */ id) =>
          attempt(async () => {
            await server.call("DELETE", `api/conversations/${id}`);
            if (id === chat.id) show("");
            await loadList();
          })} />
      ${me && html`<${Desk} me=${me} server=${server} />`}
    </aside>
    <main>
      <header class="row"><h2 dir="auto">${chat.title || say("chat.new")}</h2>
        ${chat.turns.length > 0 && !chat.busy && html`<button class="quiet" onClick=${() => save(chat.title, chat.turns)}>${say("chat.export")}</button>`}
      </header>
      <${Turns} chat=${chat} actions=${actions} />
      <p class="unseen" role="status">${last && (isOpen(last) ? phase(last) : last.text || say("chat.answered"))}</p>
      ${chat.following && html`<p class="notice" role="status">${say("chat.following")}</p>`}
      <${Problem} error=${problem ?? chat.problem} />
      <${Composer} draft=${draft} busy=${chat.busy} canStop=${chat.busy && Boolean(last?.id)} stopping=${chat.stopping}
        onDraft=${setDraft} onSend=${() => askText(draft)} onStop=${() => attempt(() => chat.stop())} />
    </main>
    ${passage && html`<${Source} key=${`${passage.document} ${passage.n}`} server=${server} passage=${passage} onClose=${() => setPassage(null)} />`}
  </div>`;
}

/** @param {{chat: Conversation, actions: import("./turn.js").Actions}} props */
function Turns({ chat, actions }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const watch = () => {
    const { scrollTop, clientHeight, scrollHeight } = /** @type {HTMLElement} */ (place.current);
    atEnd.current = scrollHeight - scrollTop - clientHeight < 60;
  };
  useLayoutEffect(() => {
    if (place.current && atEnd.current) place.current.scrollTop = place.current.scrollHeight;
  });
  const count = chat.turns.length;
  return html`<div class="turns" ref=${place} onScroll=${watch} tabindex="0" role="region" aria-label=${say("chat.answers")}>
    ${!count && html`<p class="note">${say("chat.welcome")}</p>`}
    ${chat.turns.map(
      (turn, index) => html`<${Row} key=${index} turn=${turn} index=${index} isLast=${index === count - 1}
        busy=${chat.busy} actions=${actions} language=${language()} />`,
    )}
  </div>`;
}

/** Draws a turn only when something of it has changed; a conversation can have hundreds. @param {any} props */
const Row = (props) => useMemo(() => html`<${Turn} ...${props} />`, Object.values(props));
