/**
 * A server for the phone's tests: the contract of /api/v1/ in memory, plus the ways a network
 * fails. `fetch(jar)` gives a phone its own fetch; `fault` decides what happens to each request.
 */
import { createHash } from "node:crypto";

const JSON_TYPE = { "content-type": "application/json", "x-orderly-receipt": "1" };
const HTML = { "content-type": "text/html; charset=utf-8" };
const PORTAL = "<!doctype html><title>Free Wi-Fi</title><p>Please accept the terms.";

export const PEOPLE = [
  { id: 11, name: "Chen Wei", staff_number: "1001", language: "zh-hans", password: "correct horse" },
  { id: 12, name: "Li Na", staff_number: "1002", language: "zh-hans", password: "correct horse" },
  { id: 13, name: "Zhao Min", staff_number: "1003", language: "zh-hans", password: "told-once", oneTime: true },
];

export class FakeServer {
  constructor({ now = () => Date.now(), bundle = () => ({ rounds: [], checkpoints: [], checklists: [], sites: [] }) } = {}) {
    this.now = now;
    this.bundle = bundle;
    this.people = PEOPLE.map((person) => ({ ...person }));
    this.operations = new Map();
    this.deliveries = [];
    this.uploads = new Map();
    this.sessions = new Map();
    this.requests = [];
    this.inFlight = 0;
    this.mostInFlight = 0;
    /** @type {(request: object) => (string|null|undefined)} */
    this.fault = () => null;
    /** Ids or kinds the server parks, and ids it cannot read at all. */
    this.quarantine = new Map();
    this.poison = new Set();
    this.lost = [];
    /** Highest number received by device, and the device each browser profile named last. */
    this.devices = new Map();
    this.named = new Map();
  }

  /** The fetch of one browser profile; tabs share the jar. */
  fetch(jar) {
    return (path, init = {}) => this.#serve(jar, path, init);
  }

  async #serve(jar, path, init) {
    const request = { jar, path, method: init.method ?? "GET", headers: lower(init.headers), body: init.body ?? null };
    this.requests.push(request);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      const mode = this.fault(request);
      const early = faulty(mode);
      if (early) return early;
      if (mode === "offline" || mode === "cut_request") throw new TypeError("Failed to fetch");
      if (mode === "hang") return await hang(init.signal);
      const answer = await this.answer(request);
      const device = request.headers["x-orderly-device"];
      if (device && this.sessions.has(jar)) this.named.set(jar, device);
      if (mode === "dup") await this.answer(request);
      if (mode === "cut_response") throw new TypeError("Failed to fetch");
      if (mode === "truncate") return new Response((await answer.text()).slice(0, -7), answer);
      if (mode === "no_receipt_header") return new Response(await answer.text(), { headers: { "content-type": "application/json" } });
      if (mode === "lost_receipts") return json({ ...(await answer.json()), receipts: [] });
      if (mode === "slow_then_cut") return await hang(init.signal);
      return answer;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** What our server does with a request that reached it whole. */
  async answer(request) {
    const { path, method } = request;
    if (path === "/api/v1/session/") return this.#session(request);
    const session = this.sessions.get(request.jar);
    if (path === "/api/v1/phone/clock/") return json({ server_time: new Date(this.now()).toISOString() });
    if (!session) return problem(401, { csrf: "anonymous" });
    if (method !== "GET" && request.headers["x-csrftoken"] !== session.csrf) return problem(403, { code: "csrf" });
    if (request.headers["x-orderly-person"] && Number(request.headers["x-orderly-person"]) !== session.person.id) return problem(401);
    if (path === "/api/v1/session/password/") return this.#password(request, session);
    if (session.person.endedAt && !/^\/api\/v1\/(operations|uploads)\//.test(path)) return problem(401, { csrf: session.csrf });
    if (session.person.oneTime && !/^\/api\/v1\/(operations|uploads)\//.test(path)) return problem(403, { code: "own_password_needed" });
    if (path === "/api/v1/phone/bundle/") return json({ ...this.bundle(session.person), server_time: new Date(this.now()).toISOString(), person: shown(session.person), company: { id: 1 }, csrf: session.csrf });
    if (path === "/api/v1/operations/") return this.#operations(request, session);
    const upload = path.match(/^\/api\/v1\/uploads\/([0-9a-f]{64})\/$/);
    if (upload) return this.#upload(request, upload[1]);
    return problem(404);
  }

  /** The cookie a browser profile has of us beside its session. */
  cookie(jar) {
    const device = this.named.get(jar);
    return device ? `theme=dark; orderly_device=${device}.${this.devices.get(device) ?? 0}` : "theme=dark";
  }

  #session(request) {
    const session = this.sessions.get(request.jar);
    if (session?.person.endedAt && request.method === "GET") return problem(401, { code: "deactivated", person_id: session.person.id, csrf: session.csrf });
    if (request.method === "GET") return session ? json(this.#who(session)) : problem(401, { csrf: "anonymous" });
    if (request.method === "DELETE") {
      this.sessions.delete(request.jar);
      return new Response(null, { status: 204 });
    }
    if (!session && request.headers["x-csrftoken"] !== "anonymous") return problem(403, { code: "csrf" });
    const { identifier, password } = JSON.parse(request.body);
    const person = this.people.find((one) => one.staff_number === identifier && one.password === password);
    if (!person) return problem(400, { code: "credentials" });
    if (person.endedAt) return problem(401, { code: "deactivated", person_id: person.id, csrf: this.signIn(request.jar, person.id).csrf });
    return json(this.#who(this.signIn(request.jar, person.id)));
  }

  #who(session) {
    return { person: shown(session.person), company: { id: 1 }, own_password_needed: Boolean(session.person.oneTime), csrf: session.csrf };
  }

  #password(request, { person }) {
    const { current, password } = JSON.parse(request.body);
    const codes = {};
    if (current !== person.password) codes.current = ["password_wrong"];
    else if (password === current) codes.password = ["password_unchanged"];
    else if (password.length < 12) codes.password = ["password_too_short"];
    if (Object.keys(codes).length) return problem(400, { code: "invalid", codes });
    Object.assign(person, { password, oneTime: false });
    return json(this.#who(this.signIn(request.jar, person.id)));
  }

  /** Start a session without a request, as another tab's sign-in would; the CSRF token changes. */
  signIn(jar, personId) {
    const session = { person: this.people.find((one) => one.id === personId), csrf: `token-${Math.random()}` };
    this.sessions.set(jar, session);
    return session;
  }

  #operations(request, session) {
    let body;
    try {
      body = JSON.parse(request.body);
    } catch {
      return problem(400);
    }
    this.deliveries.push(body.operations.map((op) => op.id));
    if (body.device) this.devices.set(body.device, Math.max(this.devices.get(body.device) ?? 0, ...body.operations.map((op) => op.seq ?? 0)));
    if (body.lost_since) this.lost.push(body.lost_since);
    if (body.operations.some((op) => this.poison.has(op.id))) return problem(400);
    const receipts = body.operations.map((op) => this.#receive(op, session));
    const need = [...new Set(body.operations.flatMap((op) => op.photos))].filter((sha) => this.uploads.get(sha)?.state !== "stored");
    return json({ receipts, need, server_time: new Date(this.now()).toISOString() });
  }

  #receive(op, session) {
    const sha256 = createHash("sha256").update(JSON.stringify(op)).digest("hex");
    const known = this.operations.get(op.id);
    if (known) return known.sha256 === sha256 ? known.receipt : { id: op.id, outcome: "conflict", reasons: ["different_body"], sha256 };
    const reasons = this.quarantine.get(op.id) ?? this.quarantine.get(op.kind);
    if (reasons?.[0] === "retry") return { id: op.id, outcome: "retry", reasons: [], sha256 };
    let outcome = reasons ? "quarantined" : "accepted";
    if (op.person_id !== session.person.id) outcome = "quarantined";
    const receipt = { id: op.id, outcome, reasons: op.person_id === session.person.id ? (reasons ?? []) : ["author"], sha256 };
    this.operations.set(op.id, { op, sha256, receipt, by: session.person.id, receivedAt: this.now() });
    return receipt;
  }

  #upload(request, sha) {
    const kept = this.uploads.get(sha) ?? { sha256: sha, state: "pending", bytes: Buffer.alloc(0), size: null };
    const shape = () => ({ sha256: sha, state: kept.state, offset: kept.state === "stored" ? kept.size : kept.bytes.length, size: kept.size, reason: kept.reason });
    if (request.method === "GET") return this.uploads.has(sha) ? json(shape()) : problem(404);
    if (kept.state !== "pending") return json(shape());
    if (Number(request.headers["upload-offset"]) !== kept.bytes.length) return problem(409, shape(), { "x-orderly-receipt": "1" });
    kept.size = Number(request.headers["upload-length"]);
    kept.bytes = Buffer.concat([kept.bytes, Buffer.from(request.body)]);
    this.uploads.set(sha, kept);
    if (kept.bytes.length >= kept.size) {
      const right = createHash("sha256").update(kept.bytes).digest("hex") === sha;
      kept.state = right ? "stored" : "refused";
      if (!right) kept.reason = "hash";
    }
    return json(shape());
  }
}

function shown({ password: _password, oneTime: _oneTime, ...person }) {
  return person;
}

function json(data) {
  return new Response(JSON.stringify(data), { headers: JSON_TYPE });
}

function problem(status, extra = {}, headers = {}) {
  return new Response(JSON.stringify({ status, title: "problem", ...extra }), { status, headers: { "content-type": "application/problem+json", ...headers } });
}

function lower(headers = {}) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Answers that do not come from our server at all. */
function faulty(mode) {
  switch (mode) {
    case "html200": return new Response(PORTAL, { headers: HTML });
    case "json_html": return new Response(PORTAL, { headers: { "content-type": "application/json" } });
    case "json_portal": return new Response('{"login":"required"}', { headers: { "content-type": "application/json" } });
    case "redirect": return new Response(null, { status: 302, headers: { location: "/accounts/login/" } });
    case "403html": return new Response(PORTAL, { status: 403, headers: HTML });
    case "404html": return new Response(PORTAL, { status: 404, headers: HTML });
    case "401html": return new Response(PORTAL, { status: 401, headers: HTML });
    case "410html": return new Response(PORTAL, { status: 410, headers: HTML });
    case "404": return problem(404, { code: "unknown_upload" });
    case "413": return new Response("too large", { status: 413, headers: HTML });
    case "429": return problem(429, {}, { "retry-after": "7" });
    case "500": return problem(500);
    case "502": return new Response("bad gateway", { status: 502, headers: HTML });
    case "503": return new Response("busy", { status: 503, headers: { ...HTML, "retry-after": "30" } });
    case "empty200": return new Response("", { headers: JSON_TYPE });
    default: return null;
  }
}

function hang(signal) {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}
