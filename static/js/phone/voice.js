/** Recording a voice note: at most two minutes, in whatever container the browser records. */

export const MOST_SECONDS = 120;
export const MOST_BYTES = 2 * 1024 * 1024;
/** 24 kbit/s: clear speech, two minutes in about 360 kB. */
const BITS = 24_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Can this phone record at all? */
export function records(scope = globalThis) {
  return Boolean(scope.navigator?.mediaDevices?.getUserMedia && scope.MediaRecorder);
}

export class Recorder {
  /** @param {{onTick: (seconds: number) => void, scope?: object}} parts `onTick` is called about twice a second */
  constructor({ onTick, scope = globalThis }) {
    Object.assign(this, { onTick, scope, chunks: [], recorder: null, media: null });
  }

  get isRunning() {
    return this.recorder !== null;
  }

  /** Ask for the microphone and begin. Throws what the browser throws when it is refused. */
  async start() {
    const { scope } = this;
    this.media = await scope.navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    const mimeType = TYPES.find((type) => scope.MediaRecorder.isTypeSupported(type));
    this.recorder = new scope.MediaRecorder(this.media, { ...(mimeType && { mimeType }), audioBitsPerSecond: BITS });
    this.chunks = [];
    this.recorder.addEventListener("dataavailable", (event) => event.data.size && this.chunks.push(event.data));
    this.ended = new Promise((resolve) => this.recorder.addEventListener("stop", resolve, { once: true }));
    this.recorder.start(1000);
    this.begun = scope.performance.now();
    this.timer = scope.setInterval(() => this.#tick(), 500);
  }

  get seconds() {
    return (this.scope.performance.now() - this.begun) / 1000;
  }

  #tick() {
    if (this.seconds >= MOST_SECONDS) this.onFull?.();
    this.onTick(Math.min(this.seconds, MOST_SECONDS));
  }

  /** End it; resolves with the bytes, their type and how long it is. */
  async stop() {
    const { recorder } = this;
    const seconds = Math.min(this.seconds, MOST_SECONDS);
    if (recorder.state !== "inactive") recorder.stop();
    await this.ended;
    const type = recorder.mimeType.split(";")[0] || "audio/webm";
    const bytes = await new Blob(this.chunks, { type }).arrayBuffer();
    this.cancel();
    return { bytes, type, seconds };
  }

  /** Let the microphone go; what was recorded is forgotten. */
  cancel() {
    this.scope.clearInterval(this.timer);
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
    for (const track of this.media?.getTracks() ?? []) track.stop();
    this.recorder = null;
    this.media = null;
    this.chunks = [];
  }
}
