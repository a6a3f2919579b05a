/** The page put together: parts, what the screen needs to know, and when to draw. */
import { render as draw } from "lit-html";
import { Api } from "./api.js";
import { Bundle } from "./bundle.js";
import { Clock } from "./clock.js";
import { Drafts } from "./drafts.js";
import { Geo } from "./geo.js";
import { calledOff, calls } from "./cases.js";
import { BUZZ, persist, vibrate } from "./device.js";
import { Install } from "./install.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { Photos } from "./photos.js";
import { Records } from "./records.js";
import { Room } from "./room.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { Uploader } from "./uploader.js";
import { Vault } from "./vault.js";
import { go, parse, to } from "./router.js";
import { frame, NotYet } from "./views/frame.js";

const HEARTBEAT_MS = 60_000;
const BUNDLE_AGE_MS = 5 * 60_000;
const NOTHING = { records: 0, photos: 0, sealed: 0, retake: 0 };

export class App {
  /**
   * @param {HTMLElement} root
   * @param {{language: string, wasm: string, routes: object, open: string[], free: string[]}} config
   *   `routes` maps the first part of an address to what loads its view; `open` names those that
   *   need nobody signed in, `free` those a person may open before choosing their own password
   */
  constructor(root, config) {
    this.root = root;
    this.config = config;
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("orderly-phone") : null;
    this.store = new Store();
    this.vault = new Vault(this.store);
    this.clock = new Clock();
    this.room = new Room(this.store);
    this.install = new Install(this.store, storageOf(globalThis), () => document.cookie);
    this.geo = new Geo();
    this.drafts = new Drafts(this);
    this.outbox = new Outbox(this);
    this.photos = new Photos({ ...this, estimate: () => navigator.storage?.estimate?.() ?? Promise.resolve({}) });
    this.api = new Api({ fetch: (...args) => fetch(...args), language: config.language, onContact: (online) => this.#contact(online) });
    this.session = new Session({ ...this, onChange: () => this.#sessionChanged() });
    this.bundle = new Bundle(this);
    this.records = new Records({ ...this, visits: () => this.visits });
    this.uploader = new Uploader({ ...this, onState: () => this.#uploaded() });
    this.live = new Live({ onNews: () => this.refreshBundle(), isOfInterest: (news) => this.#concerns(news) });
    this.announced = new Set();
    this.called = null;
    this.calledOff = null;
    Object.assign(this, { online: null, counts: NOTHING, visits: [], lost: null, lastSync: null, accept: null, persisted: true, view: null, drawing: false });
  }

  async start() {
    const { device, lost } = await this.install.start();
    this.api.device = device;
    this.lost = lost;
    this.clock.restore(await this.store.get("meta", "clock"));
    this.lastSync = (await this.store.get("meta", "last_sync")) ?? null;
    await this.session.restore();
    await this.bundle.restore(this.me?.id ?? null);
    await this.refresh();
    addEventListener("hashchange", () => this.route());
    addEventListener("online", () => this.sync(true));
    addEventListener("offline", () => this.sync(true));
    addEventListener("beforeprint", () => this.render());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.live.close();
      else this.sync(true);
    });
    this.channel?.addEventListener("message", (event) => this.#heard(event.data));
    setInterval(() => !document.hidden && this.sync(false), HEARTBEAT_MS);
    await this.route();
    this.sync(true);
    await this.room.reserve();
    await Promise.all([this.outbox.tidy(), this.photos.tidy()]);
    persist().then((kept) => {
      this.persisted = kept; // a browser may ask the person first: nothing waits for that
      this.render();
    });
  }

  get me() {
    return this.session.person;
  }

  get sendState() {
    return this.uploader.state;
  }

  /** Time zone of a site, or the phone's own. */
  zone(siteId) {
    return this.bundle.site(siteId)?.time_zone ?? this.bundle.data?.sites?.[0]?.time_zone;
  }

  /** Send what waits and fetch what is new. */
  async sync(urgent = false) {
    if (!this.me) return this.#join();
    await this.uploader.poke(urgent);
    if (this.me && this.session.state === "live" && this.bundle.age() > BUNDLE_AGE_MS) await this.refreshBundle();
    this.#listen();
  }

  /** Nobody is signed in here: perhaps the browser has a session from the desk pages. */
  async #join() {
    if (this.joining || !(await this.#joined())) return;
    await this.personChanged();
    const { query } = parse(location.hash);
    go(query.next?.startsWith("#/") ? query.next : "#/", true);
  }

  async #joined() {
    this.joining = true;
    return this.session.join().finally(() => {
      this.joining = false;
    });
  }

  async refreshBundle() {
    if (!this.me || this.session.mustChoose) return false;
    const before = this.bundle.cases;
    const fresh = await this.bundle.refresh(this.me.id);
    if (fresh) this.#announce(before);
    this.render();
    return fresh;
  }

  /** Who has just been sent somewhere, or need not go any more, feels it and sees it on top of every screen. */
  #announce(before) {
    const [off] = calledOff(before, this.bundle, this.visits);
    if (off) {
      this.calledOff = off;
      vibrate(BUZZ.warn);
    }
    const called = calls(this.bundle, this.visits, this.announced);
    for (const entry of called) this.announced.add(entry.dispatch.id);
    if (!called.length) return;
    this.called = called[0].id;
    vibrate(BUZZ.called);
  }

  /** Listen while the page is looked at and somebody is signed in. */
  #listen() {
    if (!this.me || this.session.state !== "live" || this.session.mustChoose || document.hidden) return this.live.close();
    return this.live.open([`person:${this.me.id}`, ...(this.bundle.data?.sites ?? []).map((site) => `site:${site.id}`)]);
  }

  /** News of the person, and of the case that is looked at. */
  #concerns({ topic, kind, ids }) {
    if (topic === `person:${this.me?.id}`) return kind === "dispatch";
    const { parts } = parse(location.hash);
    return kind === "cases" && parts[0] === "case" && String(ids?.case) === parts[1];
  }

  /** Count anew what waits and what was done; then draw. */
  async refresh() {
    const id = this.me?.id ?? null;
    this.counts = await this.outbox.counts(id);
    const visits = await this.store.getAll("visits");
    this.visits = visits.filter((visit) => visit.person_id === id);
    this.lost = (await this.install.lost()) ?? null;
    this.render();
  }

  /** Something was saved: show it, tell the other tabs, try to send it. */
  async saved() {
    await this.refresh();
    this.channel?.postMessage({ type: "queue" });
    this.uploader.poke().catch(() => {});
  }

  #contact(online) {
    const changed = this.online !== online;
    this.online = online;
    if (changed) this.render();
  }

  async #uploaded() {
    const sync = this.uploader.state.lastSync;
    const progressed = sync !== null && sync !== this.lastSync;
    if (progressed) this.lastSync = sync;
    const before = this.counts;
    await this.refresh();
    const sent = before.records > this.counts.records;
    if (sent && this.me && this.session.state === "live") await this.refreshBundle();
    if (sent) await this.view?.changed?.();
  }

  async #heard(message) {
    if (message?.type === "queue") await this.refresh();
    if (message?.type === "session") {
      await this.session.reload();
      await this.#personChanged();
      await this.route();
    }
  }

  #sessionChanged() {
    const reading = parse(location.hash).parts.length === 0; // the first screen, where nothing is being filled in
    if (this.session.mustChoose && reading && this.view) this.route();
    else this.render();
  }

  async #personChanged() {
    Object.assign(this, { called: null, calledOff: null, announced: new Set() }); // what one was called to is nobody else's
    await this.bundle.restore(this.me?.id ?? null);
    await this.refresh();
  }

  /** After a sign-in or sign-out in this tab. */
  async personChanged() {
    await this.#personChanged();
    this.channel?.postMessage({ type: "session" });
    if (this.me) {
      await this.refreshBundle();
      this.sync(true);
    }
  }

  /** To where the person wanted to go, in the person's language; their own password comes first. */
  onward(next = null) {
    const target = next?.startsWith("#/") && !/^#\/(signin|password)/.test(next) ? next : "#/";
    if (this.session.mustChoose) return go(to(["password"], { next: target }), true);
    const { language } = this.me;
    const link = document.querySelector(`#languages a[data-code="${CSS.escape(language ?? "")}"]`);
    if (!link || language === this.config.language) return go(target, true);
    location.href = link.href + target;
    return undefined;
  }

  /** Where this address leads instead, if it does: to signing in, or to choosing one's own password while there is a network. */
  #detour(name) {
    const { open, free } = this.config;
    if (!this.me) return open.includes(name) ? null : "signin";
    if (this.session.mustChoose) return this.online === false || free.includes(name) ? null : "password";
    return name === "password" ? "" : null;
  }

  async route() {
    const { parts, query } = parse(location.hash);
    const name = parts[0] ?? "";
    const { routes } = this.config;
    const detour = this.#detour(name);
    if (detour !== null) return go(detour ? to([detour], { next: location.hash || null }) : "#/", true);
    const asked = location.hash;
    const Made = await (routes[name] ?? routes[""])().catch(() => NotYet);
    if (location.hash !== asked) return undefined; // gone on meanwhile
    this.view?.leave?.();
    const view = new Made(this, parts.slice(1), query);
    this.view = view;
    await view.enter?.();
    if (this.view !== view) return undefined;
    this.#paint();
    scrollTo(0, 0);
    this.root.querySelector("h1")?.focus({ preventScroll: true });
    return view;
  }

  render() {
    if (this.drawing || !this.view) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.#paint();
    });
    if (document.hidden) this.#paint(); // no frames there, yet a screen reader or a test may look
  }

  #paint() {
    if (!this.view) return;
    const page = this.view.render();
    document.title = page.title;
    draw(frame(this, page), this.root);
  }
}

function storageOf(scope) {
  try {
    return scope.localStorage;
  } catch {
    return null;
  }
}
