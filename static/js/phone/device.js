/** Small help of the phone itself; each does nothing where the phone cannot. */

export function vibrate(pattern) {
  try {
    navigator.vibrate?.(pattern);
  } catch {
    // some browsers refuse before the first touch
  }
}

export const BUZZ = { saved: [60], warn: [60, 80, 60], wrong: [200], called: [300, 120, 300, 120, 600] };

let lock = null;

/** Keep the screen on while the camera reads. */
export async function stayAwake() {
  try {
    lock ??= await navigator.wakeLock?.request("screen");
    lock?.addEventListener("release", () => {
      lock = null;
    });
  } catch {
    lock = null;
  }
}

export async function maySleep() {
  const held = lock;
  lock = null;
  await held?.release().catch(() => {});
}

/** Ask the browser not to throw our database away; resolves with its answer. */
export async function persist() {
  try {
    return (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
  } catch {
    return false;
  }
}
