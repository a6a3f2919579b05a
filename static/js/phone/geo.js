/** One position per record, only when something is recorded; a refusal is fine. */

const TIMEOUT_MS = 8_000;
const NOWHERE = { lat: null, lng: null, accuracy_m: null };

export class Geo {
  constructor(geolocation = globalThis.navigator?.geolocation) {
    this.geolocation = geolocation;
    this.asked = null;
  }

  /** Start looking early (the camera opens), so that the record need not wait. */
  prepare() {
    this.asked ??= new Promise((resolve) => {
      if (!this.geolocation) return resolve(NOWHERE);
      this.geolocation.getCurrentPosition(
        ({ coords }) => resolve({ lat: round(coords.latitude), lng: round(coords.longitude), accuracy_m: Math.round(coords.accuracy * 10) / 10 }),
        () => resolve(NOWHERE),
        { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 5_000 },
      );
    });
    return this.asked;
  }

  /** The position, or none after `patienceMs`; each fix serves one record. */
  async fix(patienceMs = 2_500) {
    const asked = this.prepare();
    this.asked = null;
    let timer;
    const patience = new Promise((resolve) => {
      timer = setTimeout(() => resolve(NOWHERE), patienceMs);
    });
    const place = await Promise.race([asked, patience]);
    clearTimeout(timer);
    return place;
  }
}

/** Seven digits are a centimetre; more is noise. */
function round(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}
