/** The calls of docs/web-api.md. The token is a private field and is never stored. */

/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Person} Person */

/** A refusal of the server, or no answer at all (status 0). */
export class ServerError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {number} [retryAfter] seconds
   */
  constructor(status, code, retryAfter) {
    super(code);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const RENEW_BEFORE_SECONDS = 60;

export class Server {
  #token = "";
  #timer = 0;
  /** @type {Promise<boolean> | null} */
  #resuming = null;

  /** @type {Person | null} */
  person = null;

  /** @param {() => void} onSignedOut called when the session has ended and cannot be resumed */
  constructor(onSignedOut) {
    this.onSignedOut = onSignedOut;
  }

  /**
   * @param {string} name
   * @param {string} code
   */
  async signIn(name, code) {
    const response = await this.#send("POST", "api/session/start", { name, code });
    this.#take(await response.json());
  }

  /** Whether the browser still has a session; several callers share one call. */
  resume() {
    this.#resuming ??= this.#resumed().finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  async signOut() {
    await this.#send("POST", "api/session/end", {});
    this.forget();
  }

  forget() {
    clearTimeout(this.#timer);
    this.#token = "";
    this.person = null;
  }

  /**
   * The parsed answer, or null for an empty one. Throws ServerError.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async call(method, path, body) {
    const response = await this.#signed(method, path, body);
    return response.status === 204 ? null : response.json();
  }

  /**
   * The response whose body is the stream. Throws ServerError.
   * @param {unknown} body
   * @param {AbortSignal} signal
   */
  chat(body, signal) {
    return this.#signed("POST", "api/chat", body, signal);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {AbortSignal} [signal]
   */
  async #signed(method, path, body, signal) {
    try {
      return await this.#send(method, path, body, signal);
    } catch (error) {
      if (!(error instanceof ServerError) || error.status !== 401) throw error;
    }
    if (await this.resume()) return this.#send(method, path, body, signal);
    this.forget();
    this.onSignedOut();
    throw new ServerError(401, "signed_out");
  }

  async #resumed() {
    try {
      const response = await this.#send("POST", "api/session/resume", {});
      this.#take(await response.json());
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.status === 401) return false;
      throw error;
    }
  }

  /** @param {Session} session */
  #take(session) {
    this.#token = session.token;
    this.person = session.person;
    clearTimeout(this.#timer);
    const seconds = Math.max(session.expires_in - RENEW_BEFORE_SECONDS, RENEW_BEFORE_SECONDS);
    // Without a network the next call renews it.
    this.#timer = setTimeout(() => this.resume().catch(() => undefined), seconds * 1000);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {AbortSignal} [signal]
   */
  async #send(method, path, body, signal) {
    /** @type {Record<string, string>} */
    const headers = this.#token ? { Authorization: this.#token } : {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ServerError(0, "offline");
    }
    if (response.ok) return response;
    const answer = await response.json().catch(() => null);
    throw new ServerError(
      response.status,
      answer?.error?.code ?? `status_${response.status}`,
      answer?.error?.retry_after,
    );
  }
}
