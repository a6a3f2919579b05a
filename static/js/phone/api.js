/**
 * One request to our server, and what kind of answer came back. A captive portal, a proxy's
 * error page or a sign-in page are *foreign*: they are never an answer, whatever their status.
 */
export const TIMEOUT_MS = 15_000;
export const RECEIPT_HEADER = "X-Orderly-Receipt";

/** Refusals that another CSRF token would not change. */
const MEANT = new Set(["second_factor", "own_password_needed"]);

export class Api {
  /**
   * @param {{fetch: typeof fetch, language?: string, timeoutMs?: number, onContact?: (online: boolean) => void}} parts
   * `language` is the page's: words of the server come in it, whatever the browser itself speaks.
   */
  constructor({ fetch, language = "", timeoutMs = TIMEOUT_MS, onContact = () => {} }) {
    Object.assign(this, { fetch, language, timeoutMs, onContact });
    this.csrf = "";
    this.personId = null;
    this.device = null;
  }

  /**
   * Resolves always, with `{kind, status, data, receipted, retryAfter}`; `kind` is "answer" (2xx
   * and JSON), "problem" (JSON with another status), "foreign" (not from us) or "none" (nothing).
   */
  async call(method, path, { json, bytes, headers = {}, timeoutMs = this.timeoutMs } = {}) {
    const answer = await this.#send(method, path, { json, bytes, headers, timeoutMs });
    this.onContact(answer.kind === "answer" || answer.kind === "problem");
    if (answer.data?.csrf) this.csrf = answer.data.csrf;
    return answer;
  }

  /** As `call`, but a stale CSRF token is fetched anew once, silently. */
  async write(method, path, options) {
    const first = await this.call(method, path, options);
    if (first.status !== 403 || MEANT.has(first.data?.code)) return first;
    const session = await this.call("GET", "/api/v1/session/");
    if (!session.data?.csrf) return first;
    return this.call(method, path, options);
  }

  async #send(method, path, { json, bytes, headers, timeoutMs }) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    const sent = { Accept: "application/json", ...headers };
    if (this.language) sent["Accept-Language"] = this.language;
    if (method !== "GET" && method !== "HEAD") sent["X-CSRFToken"] = this.csrf;
    if (this.personId !== null) sent["X-Orderly-Person"] = String(this.personId);
    if (this.device !== null) sent["X-Orderly-Device"] = this.device;
    if (json !== undefined) sent["Content-Type"] = "application/json";
    if (bytes !== undefined) sent["Content-Type"] = "application/octet-stream";
    try {
      const response = await this.fetch(path, {
        method, headers: sent, body: bytes ?? (json === undefined ? undefined : JSON.stringify(json)),
        credentials: "same-origin", cache: "no-store", redirect: "manual", signal: stop.signal,
      });
      return await read(response);
    } catch (error) {
      return { kind: "none", status: 0, data: null, receipted: false, retryAfter: null, timedOut: stop.signal.aborted, error };
    } finally {
      clearTimeout(timer);
    }
  }
}

async function read(response) {
  const { status } = response;
  const type = (response.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  const shape = { status, receipted: response.headers.get(RECEIPT_HEADER) === "1", retryAfter: seconds(response.headers.get("retry-after")), timedOut: false };
  if (response.type === "opaqueredirect" || response.redirected || (status >= 300 && status < 400)) return { ...shape, kind: "foreign", data: null };
  if (status === 204) return { ...shape, kind: "answer", data: {} };
  const text = await response.text(); // to the end: an answer cut short is no answer
  if (type !== "application/json" && type !== "application/problem+json") return { ...shape, kind: "foreign", data: null };
  try {
    const data = JSON.parse(text);
    if (data === null || typeof data !== "object") return { ...shape, kind: "foreign", data: null };
    return { ...shape, kind: response.ok && type === "application/json" ? "answer" : "problem", data };
  } catch {
    return { ...shape, kind: "foreign", data: null };
  }
}

function seconds(value) {
  const n = Number(value);
  return value !== null && Number.isFinite(n) && n >= 0 ? n : null;
}
