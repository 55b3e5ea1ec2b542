// Keeps the page for the time without a network, through a service worker of its own.
// It must never stand in the way: without service workers the page works as before.

export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service_worker.js").catch(() => {
    // Not allowed here (no secure origin, private window): nothing is lost but the offline use.
  });
}
