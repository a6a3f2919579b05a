/** The camera, read in this page. The code reader of the browser, else one in wasm from our server. */

const PAUSE_MS = 90;

export class CameraRefused extends Error {
  constructor(reason) {
    super(reason);
    this.name = "CameraRefused";
    this.reason = reason; // "denied" | "none" | "busy" | "unsupported"
  }
}

/** Does this browser read QR codes by itself? */
export async function readsCodes(scope = globalThis) {
  try {
    return Boolean(scope.BarcodeDetector) && (await scope.BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

async function detector(wasmUrl) {
  if (await readsCodes()) return new globalThis.BarcodeDetector({ formats: ["qr_code"] });
  const { BarcodeDetector, prepareZXingModule } = await import("barcode-detector/ponyfill");
  prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasmUrl : prefix + path) } });
  return new BarcodeDetector({ formats: ["qr_code"] });
}

export class Scanner {
  /** @param {(text: string) => void} onCode called for every reading while not paused */
  constructor({ video, wasmUrl, onCode }) {
    Object.assign(this, { video, wasmUrl, onCode });
    this.stream = null;
    this.running = false;
    this.paused = false;
    this.visible = () => (document.hidden ? this.#release() : this.running && this.#acquire().catch(() => {}));
  }

  async start() {
    this.running = true;
    document.addEventListener("visibilitychange", this.visible);
    const [reader] = await Promise.all([detector(this.wasmUrl), this.#acquire()]);
    this.reader = reader;
    this.#loop();
  }

  stop() {
    this.running = false;
    document.removeEventListener("visibilitychange", this.visible);
    this.#release();
  }

  get hasTorch() {
    return Boolean(this.stream?.getVideoTracks()[0]?.getCapabilities?.().torch);
  }

  async torch(on) {
    await this.stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on }] });
  }

  async #acquire() {
    if (this.stream) return;
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraRefused("unsupported");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } });
    } catch (error) {
      throw new CameraRefused({ NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none" }[error?.name] ?? "busy");
    }
    if (!this.running || document.hidden) {
      stream.getTracks().forEach((track) => track.stop());
      return;
    }
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play().catch(() => {});
  }

  #release() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    if (this.video) this.video.srcObject = null;
  }

  async #loop() {
    while (this.running) {
      if (!this.paused && this.stream && this.video.readyState >= 2) {
        try {
          const [code] = await this.reader.detect(this.video);
          if (code && this.running && !this.paused) this.onCode(code.rawValue);
        } catch {
          // a frame that cannot be read is not news; the next one comes
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
