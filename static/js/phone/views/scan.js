/** The camera page: point, hear the buzz, go on. */
import { html, nothing } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { BUZZ, maySleep, stayAwake, vibrate } from "../device.js";
import { gettext } from "../gettext.js";
import { progress } from "../rounds.js";
import { to } from "../router.js";
import { CameraRefused, Scanner } from "../scanner.js";
import { empty, icon } from "./frame.js";
import { resultSheet } from "./result.js";

const QUIET_MS = 2_500; // a strange code in view is named once, not ten times a second

export class Scan {
  constructor(app, _parts, { round = null }) {
    Object.assign(this, { app, roundId: round, outcome: null, refused: null, strange: null, torch: false, ready: false });
    this.lastStrange = { text: "", at: 0 };
  }

  enter() {
    this.app.geo.prepare();
    stayAwake();
  }

  leave() {
    this.left = true;
    this.scanner?.stop();
    maySleep();
    clearTimeout(this.timer);
  }

  async #camera(video) {
    if (!video || this.scanner || this.left) return;
    this.scanner = new Scanner({ video, wasmUrl: this.app.config.wasm, onCode: (text) => this.#read(text) });
    try {
      await this.scanner.start();
      this.ready = true;
    } catch (error) {
      this.scanner.stop();
      this.refused = error instanceof CameraRefused ? error.reason : "busy";
    }
    if (!this.left) this.app.render();
  }

  async #read(text) {
    if (this.scanner.paused) return;
    this.scanner.paused = true;
    const found = await this.app.records.look(text, this.roundId);
    if (!found) {
      this.#wonder(text);
      this.scanner.paused = false;
      return;
    }
    if (found.again) {
      vibrate(BUZZ.warn);
      this.#settle({ found, saved: null });
      return;
    }
    await this.#save(found);
  }

  async #save(found) {
    const place = await this.app.geo.fix();
    try {
      const saved = await this.app.records.scan(this.app.me.id, found, { method: "qr", place });
      vibrate(BUZZ.saved);
      await this.app.saved();
      this.#settle({ found, saved });
    } catch {
      vibrate(BUZZ.wrong);
      this.strange = gettext("This scan could not be saved: the phone's storage is full or locked. Please free some space.");
      this.scanner.paused = false;
      this.app.render();
    }
  }

  #settle(outcome) {
    this.outcome = outcome;
    this.strange = null;
    this.app.render();
  }

  #wonder(text) {
    const now = this.app.clock.mono();
    if (text === this.lastStrange.text && now - this.lastStrange.at < QUIET_MS) return;
    this.lastStrange = { text, at: now };
    vibrate(BUZZ.wrong);
    this.strange = gettext("This is not one of our labels.");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.strange = null;
      this.app.render();
    }, QUIET_MS);
    this.app.render();
  }

  #again = () => {
    this.outcome = null;
    this.app.geo.prepare();
    if (this.scanner) this.scanner.paused = false;
    this.app.render();
  };

  render() {
    const { app } = this;
    const round = app.bundle.round(this.roundId);
    const stand = round ? progress(round, app.bundle, app.visits) : null;
    const next = stand?.next?.checkpoint ?? null;
    return {
      title: next && !this.outcome ? gettext("Scan %(code)s", { code: next.code }) : gettext("Scan"),
      sub: next && !this.outcome ? [next.name, next.place].filter(Boolean).join(" · ") : null,
      back: round ? to(["round", round.id]) : "#/",
      kind: "camera",
      main: this.refused ? this.#noCamera(round) : html`<div class="finder ${this.outcome ? "still" : ""}">
          <video playsinline muted aria-label=${gettext("Picture of the camera")} ${ref((video) => this.#camera(video))}></video>
          <div class="aim" aria-hidden="true"></div>
          ${this.outcome ? nothing : html`<p class="aim-hint" role="status">${this.strange ?? (this.ready ? gettext("Hold the label inside the frame") : gettext("Starting the camera"))}</p>`}
          ${this.scanner?.hasTorch && !this.outcome ? html`<button type="button" class="torch" aria-pressed=${String(this.torch)} @click=${() => this.#toggle()}>${icon("lightbulb")}${gettext("Light")}</button>` : nothing}
        </div>
        ${this.outcome ? resultSheet(app, this.outcome, { onward: this.#onward(round, stand), again: () => this.#repeat() }) : nothing}`,
      footer: this.outcome ? null : html`<a class="side wide" href=${to(["type"], { round: this.roundId })}>${icon("pencil-square")}${gettext("Type the code")}</a>
        ${next ? html`<a class="side wide" href=${to(["cannot"], { round: this.roundId, point: next.id })}>${icon("slash-circle")}${gettext("Cannot scan")}</a>` : html`<a class="side wide" href=${to(["cannot"], { round: this.roundId })}>${icon("slash-circle")}${gettext("Cannot scan")}</a>`}`,
    };
  }

  #onward(round, stand) {
    if (round && !stand.next) return html`<a class="primary" href=${to(["round", round.id])}>${icon("check2")}${gettext("Round complete")}</a>`;
    return html`<button type="button" class="primary" @click=${this.#again}>${icon("qr-code-scan")}${gettext("Scan next")}</button>
      <a class="plain" href=${round ? to(["round", round.id]) : "#/"}>${round ? gettext("Back to the round") : gettext("Done")}</a>`;
  }

  async #repeat() {
    const { found } = this.outcome;
    this.outcome = null;
    await this.#save(found);
  }

  async #toggle() {
    this.torch = !this.torch;
    await this.scanner.torch(this.torch).catch(() => {
      this.torch = false;
    });
    this.app.render();
  }

  #noCamera(round) {
    const words = {
      denied: gettext("This page may not use the camera. Allow it in the browser's settings for this site, then try again."),
      none: gettext("No camera was found on this device."),
      busy: gettext("Another app is using the camera. Close it and try again."),
      unsupported: gettext("This browser gives pages no camera. Open this page over https, or type the code."),
    };
    return empty("camera", gettext("No camera"), words[this.refused], html`<a class="primary" href=${to(["type"], { round: round?.id })}>${icon("pencil-square")}${gettext("Type the code")}</a>
      <button type="button" class="plain" @click=${() => location.reload()}>${icon("arrow-clockwise")}${gettext("Try again")}</button>`);
  }
}
