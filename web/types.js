/**
 * Shapes of docs/web-api.md, for the type checker only; no browser loads this file.
 *
 * @typedef {{name: string, group: "attendee" | "helper" | "organiser"}} Person
 * @typedef {{token: string, expires_in: number, person: Person}} Session
 * @typedef {{used: number, limit: number}} Budget
 * @typedef {{n: number, document: string, title: string, text: string}} Passage
 * @typedef {{id: string, name: string, arguments: Record<string, unknown>, ok?: boolean, text?: string,
 *   passages?: Passage[]}} ToolCall
 * @typedef {{id: string, tool: string, arguments: Record<string, unknown>}} Confirmation
 * @typedef {{action: "blocked" | "masked", side: "input" | "output"}} Guardrail
 *
 * A turn as the server keeps it. `sending` is the page's own state before the first event; `phase`, `queue` and `problem`
 * are what the stream said last.
 * @typedef {{id: string, asked: string, question: string, state: "sending" | "answering" | "done" | "failed",
 *   text: string, stop: string, tools: ToolCall[], guardrail: Guardrail | null, confirm: Confirmation | null,
 *   usage: {input: number, output: number}, price_vnd: number | null, vote: "up" | "down" | "none",
 *   phase?: string, queue?: {waited: number, ahead?: number}, problem?: string}} Turn
 *
 * @typedef {{id: string, title: string, changed: string}} ConversationInfo
 * @typedef {ConversationInfo & {turns: Turn[]}} StoredConversation
 * @typedef {{kind: string, name: string}} Finding
 * @typedef {{document: string, title: string, language: string, markdown: string}} StoredDocument
 * @typedef {{id: string, topic: string, seat: string | null, asked: string, state: "open" | "taken" | "done",
 *   helper: string | null, owner?: string}} HelpRequest
 * @typedef {{id: string, text: string, from: string, sent: string}} RoomMessage
 * @typedef {{person: Person, title: string, studio: boolean, retention_days: number, budget: Budget,
 *   requests: HelpRequest[], messages: RoomMessage[]}} Me
 * @typedef {{requests: HelpRequest[], people: {name: string, group: string, seen: string, tokens: number}[],
 *   expected: number, tokens: number, price_vnd: number | null, guardrail_blocks: number,
 *   alarms: {name: string, state: string}[]}} RoomBoard
 * @typedef {{name: string, data: any}} StreamEvent
 */

export {};
