/**
 * A phone as a process of its own: the modules of the phone page on a database in memory, driven by
 * lines of JSON on standard input, answering each with one line. `node phone_process.mjs <url>`
 */
import { createInterface } from "node:readline";
import { phone } from "../js/phone.mjs";

const base = process.argv[2];
const jar = new Map();
let skew = 0;

const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

async function network(path, { body, headers, credentials: _same, ...options }) {
  const response = await fetch(new URL(path, base), { ...options, body, headers: { ...headers, ...(jar.size && { Cookie: cookies() }) } });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    jar.set(name, value);
  }
  return response;
}

const device = await phone({ server: { fetch: () => network, cookie: cookies }, wall: () => Date.now() + skew, timeoutMs: 15_000 });
const me = () => device.session.person.id;

async function waiting() {
  const { records, photos } = await device.outbox.counts(me());
  return { records, photos, state: device.uploader.state };
}

const commands = {
  skew: async ({ ms }) => {
    skew = ms;
    return { now: Date.now() + skew };
  },
  signIn: ({ identifier, password }) => device.session.signIn(identifier, password),
  bundle: async () => ({ fresh: await device.bundle.refresh(me()), data: device.bundle.data }),
  askTime: async () => {
    await device.session.askTime();
    return { offset: device.clock.offset() };
  },
  photo: async ({ base64 }) => ({ sha256: await device.photos.add(me(), new Uint8Array(Buffer.from(base64, "base64"))) }),
  put: async ({ kind = "patrols.scan", bodies, photos = [] }) => {
    const saved = [];
    for (const body of bodies) saved.push(await device.outbox.put({ personId: me(), kind, body, photos, title: kind }));
    return { saved };
  },
  poke: async () => {
    await device.uploader.poke(true);
    return waiting();
  },
  sendNow: async () => {
    await device.uploader.sendNow();
    return waiting();
  },
  patience: async ({ ms }) => {
    device.api.timeoutMs = ms;
  },
  forgetTime: async () => {
    device.clock.measured = null;
  },
  waiting,
  receipts: async () => ({ receipts: await device.outbox.receipts(me()) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...facts } = JSON.parse(line);
  const answer = await Promise.resolve(commands[command](facts)).catch((error) => ({ error: String(error?.stack ?? error) }));
  process.stdout.write(`${JSON.stringify(answer ?? {})}\n`);
}
process.exit(0);
