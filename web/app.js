/** The whole page: signed out or in, chat or board. */

import { Board } from "./board.js";
import { Chat } from "./chat.js";
import { html } from "./html.js";
import { usePolling } from "./polling.js";
import { Problem, refused } from "./problems.js";
import { Server } from "./server.js";
import { SignIn } from "./sign_in.js";
import { LANGUAGES, language, say, useLanguage } from "./texts.js";
import { useEffect, useMemo, useState } from "./vendor/hooks.js";

/** @typedef {import("./types.js").Me} MeData */
/** @typedef {import("./server.js").ServerError} ServerError */
/** @typedef {"starting" | "out" | "ended" | "in"} Presence */

const EVERY_SECONDS = 20;
const DISMISSED = "dismissed";

/** @param {{printed: {name: string, code: string}}} props */
export function App({ printed }) {
  const [spoken, setSpoken] = useState(language());
  const [presence, setPresence] = useState(/** @type {Presence} */ (printed.code ? "out" : "starting"));
  const [view, setView] = useState("chat");
  const [me, setMe] = useState(/** @type {MeData | null} */ (null));
  const [problem, setProblem] = useState(/** @type {ServerError | null} */ (null));
  const [who, setWho] = useState("");
  const online = useOnline();
  const tabs = useMemo(() => new BroadcastChannel("session"), []);
  const server = useMemo(() => new Server(() => setPresence("ended")), []);
  document.title = me?.title ?? say("title");

  const enter = () => {
    setWho(server.person?.name ?? "");
    setProblem(null);
    setPresence("in");
  };
  const leave = () => {
    server.forget();
    setMe(null);
    setWho("");
    setView("chat");
    setPresence("out");
    history.replaceState(null, "", location.pathname + location.search);
  };
  const resume = () =>
    server.resume().then(
      (found) => (found ? enter() : setPresence("out")),
      (error) => setProblem(refused(error)),
    );
  const signOut = () =>
    server.signOut().then(
      () => [tabs.postMessage("out"), leave()],
      (error) => setProblem(refused(error)),
    );
  useEffect(() => {
    tabs.onmessage = leave;
    if (presence === "starting") resume();
  }, []);
  const refresh = async () => {
    if (presence !== "in") return;
    try {
      setMe(await server.call("GET", "api/me"));
    } catch (error) {
      refused(error); // the calls that the person makes say it
    }
  };
  usePolling(refresh, EVERY_SECONDS, [presence]);

  const group = server.person?.group;
  return html`<header class="bar">
      <h1>${me?.title ?? say("title")}</h1>
      ${
        presence === "in" &&
        group !== "attendee" &&
        html`<nav aria-label=${say("views")}>${["chat", "board"].map(
          (
            each,
          ) => html`<button key=${each} aria-current=${view === each ? "page" : undefined} onClick=${() => setView(each)}>
            ${say(`view.${each}`)}</button>`,
        )}</nav>`
      }
      <${Language} spoken=${spoken} onChange=${setSpoken} />
      ${
        presence === "in" &&
        html`<span class="who">${server.person?.name}</span><button onClick=${signOut}>${say("sign_out")}</button>`
      }
    </header>
    <div role="status">
      ${!online && html`<p class="notice">${say("offline")}</p>`}
      ${presence === "in" && me && html`<${LatestMessage} messages=${me.messages} />`}
    </div>
    <${Problem} error=${problem} />
    ${
      presence === "starting" &&
      html`<main class="narrow"><p role="status">${say("loading")}</p>
        ${problem && html`<button onClick=${resume}>${say("try_again")}</button>`}</main>`
    }
    ${
      (presence === "out" || presence === "ended") &&
      html`<main class="narrow"><${SignIn} server=${server} printed=${printed} ended=${presence === "ended"} onSignedIn=${enter} /></main>`
    }
    ${
      // Hidden and not removed when a session has ended: question and answer are still there after the next sign-in.
      who &&
      html`<div class="view" key=${who} hidden=${presence !== "in" || view !== "chat"}>
        <${Chat} server=${server} me=${me} signedIn=${presence === "in"} onAnswered=${refresh}
          onSpent=${(/** @type {MeData["budget"]} */ budget) => setMe((known) => known && { ...known, budget })} />
      </div>`
    }
    ${presence === "in" && view === "board" && html`<${Board} server=${server} />`}`;
}

/** @param {{spoken: string, onChange: (language: import("./texts.js").Language) => void}} props */
function Language({ spoken, onChange }) {
  return html`<span class="languages" role="group" aria-label="Ngôn ngữ · Language">${LANGUAGES.map(
    (each) => html`<button key=${each} lang=${each} aria-pressed=${each === spoken}
      onClick=${() => useLanguage(each).then(() => onChange(each))}>${each === "vi" ? "Tiếng Việt" : "English"}</button>`,
  )}</span>`;
}

/** @param {{messages: import("./types.js").RoomMessage[]}} props */
function LatestMessage({ messages }) {
  const [dismissed, setDismissed] = useState(localStorage.getItem(DISMISSED));
  const latest = messages.reduce((newest, each) => (newest && newest.sent > each.sent ? newest : each), messages[0]);
  if (!latest || latest.id === dismissed) return null;
  const dismiss = () => [localStorage.setItem(DISMISSED, latest.id), setDismissed(latest.id)];
  return html`<p class="notice"><strong>${latest.from}:</strong> <span dir="auto">${latest.text}</span>
    <button class="quiet" onClick=${dismiss}>${say("close")}</button></p>`;
}

function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => [removeEventListener("online", look), removeEventListener("offline", look)];
  }, []);
  return online;
}
