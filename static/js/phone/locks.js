/**
 * One at a time over all tabs of this phone. A page that the system has frozen while it held the
 * lock is passed over after a while; `held()` tells the work inside whether it still has it.
 */
const local = new Map();

/**
 * @param {LockManager|undefined} locks `navigator.locks`; without it, one at a time in this page
 * @param {(held: () => boolean) => Promise<T>} work
 * @template T
 */
export async function exclusive(name, work, { locks = globalThis.navigator?.locks, stealAfterMs = 120_000 } = {}) {
  if (!locks) return queued(name, work);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), stealAfterMs);
  try {
    return await hold(locks, name, work, { signal: patience.signal }, () => clearTimeout(timer));
  } catch (error) {
    if (error?.name === "AbortError" && patience.signal.aborted) return hold(locks, name, work, { steal: true }, () => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function hold(locks, name, work, options, onGranted) {
  let mine = true;
  let granted = false;
  let result;
  try {
    await locks.request(name, options, async () => {
      granted = true;
      onGranted();
      result = await work(() => mine);
    });
  } catch (error) {
    mine = false;
    if (!(granted && error?.name === "AbortError")) throw error; // AbortError after the grant: another tab took over
  }
  return result;
}

async function queued(name, work) {
  const before = local.get(name) ?? Promise.resolve();
  const run = before.then(() => work(() => true));
  local.set(name, run.catch(() => {}));
  return run;
}
