/** The service worker: registered once, asked for news when the page comes into view. */

/**
 * @param {(accept: () => void) => void} onReady a new release waits; `accept` moves this tab to it
 */
export async function watch(workerUrl, onReady) {
  if (!("serviceWorker" in navigator)) return null;
  let registration;
  try {
    registration = await navigator.serviceWorker.register(workerUrl);
  } catch {
    return null; // refused (private mode, no https): the page works, it only won't start offline
  }
  if (!registration) return null;
  let accepted = false;
  const offer = (worker) => {
    if (!worker || !navigator.serviceWorker.controller) return;
    onReady(() => {
      accepted = true;
      worker.postMessage({ type: "activate" });
    });
  };
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => worker.state === "installed" && offer(worker));
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => accepted && location.reload());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) registration.update().catch(() => {});
  });
  return registration;
}

/** Say something to the worker once it is there. */
export async function tell(message) {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.ready;
  registration.active?.postMessage(message);
}
