/**
 * The phone's clock, never trusted and never punished: every record carries what the phone
 * believed, the measured distance to the server, how old that measurement is, and a monotonic
 * reading, so that the server can correct it.
 */
import { uuid4 } from "./ids.js";

/** A wall clock that fell behind the monotonic one by more than this was set back by hand. */
export const JUMP_MS = 2_000;
/** Measure again when the last measurement is older than this and there is contact anyway. */
const STALE_MS = 10 * 60_000;

export class Clock {
  /**
   * @param {{wall?: () => number, mono?: () => number, page?: string}} sources milliseconds:
   *   `wall` may be set by hand, `mono` only rises and starts anew with each page
   */
  constructor({ wall = () => Date.now(), mono = () => performance.now(), page = uuid4() } = {}) {
    this.wall = wall;
    this.mono = mono;
    this.page = page;
    this.measured = null;
  }

  /** Take over a measurement kept from an earlier page life: only its wall time still means something. */
  restore(saved) {
    if (saved && !this.measured) this.measured = { offset: saved.offset, wall: saved.wall, rtt: saved.rtt, mono: null };
  }

  /** What to keep for the next page life. */
  saved() {
    return this.measured && { offset: this.measured.offset, wall: this.measured.wall, rtt: this.measured.rtt };
  }

  /**
   * One handshake. `ask()` resolves with the server's time in milliseconds; half of the round
   * trip is taken off. The round trip is timed on the monotonic clock.
   */
  async handshake(ask) {
    const before = this.mono();
    const serverMs = await ask();
    const after = this.mono();
    if (!Number.isFinite(serverMs)) return null;
    const rtt = after - before;
    const wall = this.wall();
    const jumped = this.measured !== null && Math.abs(serverMs + rtt / 2 - wall - this.measured.offset) > JUMP_MS + rtt;
    this.measured = { offset: Math.round(serverMs + rtt / 2 - wall), wall, mono: after, rtt: Math.round(rtt) };
    return { offset: this.measured.offset, rtt: this.measured.rtt, jumped };
  }

  get stale() {
    return !this.measured || this.measured.mono === null || this.mono() - this.measured.mono > STALE_MS || Math.abs(this.ahead()) > JUMP_MS;
  }

  /**
   * By how much the wall clock ran ahead of the monotonic one since the handshake of this page
   * life, in ms: the phone slept, or its clock was set. Null without such a handshake.
   */
  ahead() {
    if (!this.measured || this.measured.mono === null) return null;
    return this.wall() - this.measured.wall - (this.mono() - this.measured.mono);
  }

  /**
   * How far the wall clock moved by hand since the handshake of this page life, in ms.
   *
   * Falling behind the monotonic clock can only be that. Running ahead may also be the phone
   * having slept (its monotonic clock may stand still meanwhile), so it is not corrected here: the
   * server does it, from what the clocks say at the act and at sending.
   */
  drift() {
    const ahead = this.ahead() ?? 0;
    return ahead < -JUMP_MS ? Math.round(ahead) : 0;
  }

  /** Server minus device now, in ms, or null when never measured. */
  offset() {
    return this.measured && this.measured.offset - this.drift();
  }

  /** The best guess of true time, in ms. */
  now() {
    return this.wall() + (this.offset() ?? 0);
  }

  /** Both clocks now and the measured offset, for the server; null when a new measurement is due first. */
  reading() {
    if (!this.measured || this.measured.mono === null || Math.abs(this.ahead()) > JUMP_MS) return null;
    return { at: new Date(this.wall()).toISOString(), mono_ms: Math.round(this.mono()), page: this.page, offset_ms: this.measured.offset };
  }

  /** The time fields of one record. */
  stamp() {
    const made = this.wall();
    const ahead = this.ahead();
    const age = this.measured && (this.measured.mono === null ? made - this.measured.wall : this.mono() - this.measured.mono);
    return {
      made_at: new Date(made).toISOString(),
      offset_ms: this.offset(),
      offset_age_ms: age === null ? null : Math.max(0, Math.round(age)),
      mono_ms: Math.round(this.mono()),
      ahead_ms: ahead === null ? null : Math.round(ahead),
      page: this.page,
    };
  }
}
