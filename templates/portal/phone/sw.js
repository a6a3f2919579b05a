/**
 * The service worker of the whole site: it keeps the phone page (shells, scripts, texts, icons) so
 * that it starts without a network. Desk pages and /api/ are left to the network.
 */
const RELEASE = {{ release|safe }};
const SHELLS = `shell-${RELEASE.id}`;
const FILES = "files"; // hashed files, shared between releases
const CHOICES = "choices";
const KEPT_RELEASES = 2; // beside the present one, for tabs that have not reloaded yet

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const message = event.data ?? {};
  if (message.type === "activate") self.skipWaiting();
  if (message.type === "later") event.waitUntil(add(RELEASE.later));
  if (message.type === "language") event.waitUntil(remember(message.language));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith("/m/") || url.pathname.startsWith("/c/")) event.respondWith(navigate(url, request));
  } else if (url.pathname.startsWith(RELEASE.static) || url.pathname.startsWith("/i18n/")) {
    event.respondWith(file(request));
  }
});

async function add(urls) {
  const files = await caches.open(FILES);
  const missing = [];
  for (const url of urls) {
    if (RELEASE.debug || !(await files.match(url, { ignoreVary: true }))) missing.push(new Request(url, { cache: RELEASE.debug ? "reload" : "default" }));
  }
  await files.addAll(missing);
}

async function install() {
  await add(RELEASE.files);
  const shells = await caches.open(SHELLS);
  await shells.addAll(Object.values(RELEASE.shells).map((url) => new Request(url, { cache: "reload" })));
  await shells.put("/__release", new Response(JSON.stringify(RELEASE)));
}

async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const older = names.filter((name) => name !== SHELLS);
  const keep = new Set([SHELLS, ...older.slice(-KEPT_RELEASES)]);
  await Promise.all(names.filter((name) => !keep.has(name)).map((name) => caches.delete(name)));
  const wanted = new Set();
  for (const name of keep) {
    const record = await (await caches.open(name)).match("/__release");
    if (!record) continue;
    const release = await record.json();
    [...release.files, ...release.later].forEach((url) => wanted.add(new URL(url, location.href).pathname));
  }
  const files = await caches.open(FILES);
  for (const request of await files.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await files.delete(request);
  }
}

async function remember(language) {
  if (!(language in RELEASE.shells)) return;
  await (await caches.open(CHOICES)).put("/__language", new Response(language));
}

/** The language chosen on this phone, else the browser's. */
async function language() {
  const kept = await (await caches.open(CHOICES)).match("/__language");
  const chosen = kept && (await kept.text());
  if (chosen in RELEASE.shells) return chosen;
  const spoken = (self.navigator.language ?? "").toLowerCase();
  if (/^(zh-(hk|tw|mo|hant)|yue)/.test(spoken)) return "zh-hant";
  return spoken.startsWith("zh") ? "zh-hans" : "en";
}

async function navigate(url, request) {
  const shell = Object.values(RELEASE.shells).find((path) => path === url.pathname);
  if (shell) return page(shell, request);
  const own = RELEASE.shells[await language()];
  if (url.pathname.startsWith("/c/")) {
    const token = url.pathname.slice(3).replace(/\/$/, "");
    return Response.redirect(new URL(`${own}#/point/${token}`, location.href));
  }
  return Response.redirect(new URL(own, location.href));
}

async function page(path, request) {
  if (RELEASE.debug) {
    const live = await fetch(request).catch(() => null); // development: the server's page first
    if (live) return live;
  }
  const kept = await (await caches.open(SHELLS)).match(path, { ignoreVary: true });
  return kept ?? fetch(request);
}

async function file(request) {
  const files = await caches.open(FILES);
  const hit = await files.match(request, { ignoreVary: true });
  if (hit && !RELEASE.debug) return hit;
  try {
    const answer = await fetch(request);
    if (answer.ok && RELEASE.later.includes(new URL(request.url).pathname)) await files.put(request, answer.clone());
    return answer;
  } catch (error) {
    if (hit) return hit;
    throw error;
  }
}
