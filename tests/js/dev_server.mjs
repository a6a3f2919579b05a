/**
 * The phone page against the fake server, to look at and to break: pages and files come from a
 * running Django (`--django http://127.0.0.1:8000`), /api/v1/ from memory.
 *
 * `POST /__fault {"mode": "502", "path": "/api/"}` makes matching requests fail; `{}` heals; with
 * `{"dead": true}` nothing is answered at all; `{"signOut": true}` ends every session.
 * `GET /__state` says what arrived.
 */
import { createServer, request as forward } from "node:http";
import { parseArgs } from "node:util";
import { FakeServer } from "./fake_server.mjs";
import { sampleDay } from "./sample_day.mjs";

const { values } = parseArgs({ options: { django: { type: "string", default: "http://127.0.0.1:8000" }, port: { type: "string", default: "8100" } } });
const server = new FakeServer({ bundle: (person) => sampleDay(Date.now(), person.language) });
let fault = {};
server.fault = (request) => (fault.mode && request.path.startsWith(fault.path ?? "/api/") ? fault.mode : null);

async function body(incoming) {
  const pieces = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces);
}

function jarOf(incoming, answer) {
  const known = /(?:^|;\s*)jar=(\w+)/.exec(incoming.headers.cookie ?? "")?.[1];
  if (known) return known;
  const jar = Math.random().toString(36).slice(2);
  answer.setHeader("Set-Cookie", `jar=${jar}; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400`);
  return jar;
}

async function api(incoming, answer) {
  const jar = jarOf(incoming, answer);
  const bytes = await body(incoming);
  const path = incoming.url.split("?")[0];
  const raw = path.startsWith("/api/v1/uploads/") ? bytes : bytes.toString();
  try {
    const reply = await server.fetch(jar)(path, { method: incoming.method, headers: incoming.headers, body: raw });
    for (const [name, value] of reply.headers) answer.setHeader(name, value);
    const device = server.cookie(jar).match(/orderly_device=\S+/)?.[0];
    if (device) answer.setHeader("Set-Cookie", [answer.getHeader("Set-Cookie"), `${device}; Path=/; SameSite=Lax; Max-Age=86400`].flat().filter(Boolean));
    answer.writeHead(reply.status).end(Buffer.from(await reply.arrayBuffer()));
  } catch {
    incoming.socket.destroy();
  }
}

createServer(async (incoming, answer) => {
  if (incoming.url === "/__fault") {
    fault = JSON.parse((await body(incoming)).toString() || "{}");
    if (fault.signOut) server.sessions.clear();
    return answer.writeHead(204).end();
  }
  if (incoming.url === "/__state") {
    const uploads = [...server.uploads.values()].map(({ sha256, state, size }) => ({ sha256, state, size }));
    answer.setHeader("content-type", "application/json");
    return answer.end(JSON.stringify({ operations: [...server.operations.values()], deliveries: server.deliveries, uploads, lost: server.lost, mostInFlight: server.mostInFlight }));
  }
  if (fault.dead) return incoming.socket.destroy();
  if (incoming.url.startsWith("/api/")) return api(incoming, answer);
  const there = new URL(incoming.url, values.django);
  const passed = forward(there, { method: incoming.method, headers: { ...incoming.headers, host: there.host } }, (reply) => {
    answer.writeHead(reply.statusCode, reply.headers);
    reply.pipe(answer);
  });
  passed.on("error", () => incoming.socket.destroy());
  incoming.pipe(passed);
}).listen(Number(values.port), "127.0.0.1", function ready() {
  console.log(`http://127.0.0.1:${this.address().port}/m/`);
});
