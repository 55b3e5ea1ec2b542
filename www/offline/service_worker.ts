// Serves the page from the cache when there is no network.
// It must never serve an old page while a newer one can be had.

const worker = self as unknown as ServiceWorkerGlobalScope;
/** The files of this build; written in by the build. */
declare const FILES_OF_THIS_BUILD: readonly string[];
declare const NAME_OF_THIS_BUILD: string;

const CACHE_PREFIX = "somon-playground-";
const CACHE = CACHE_PREFIX + NAME_OF_THIS_BUILD;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...FILES_OF_THIS_BUILD])));
  void worker.skipWaiting();
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlderBuilds().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(worker.registration.scope)) return;
  event.respondWith(request.mode === "navigate" ? fromNetworkFirst(request) : fromCacheFirst(request));
});

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(worker.registration.scope, { ignoreVary: true });
    if (kept === undefined) throw error;
    return kept;
  }
}

/** The names of the files hold a hash of what is in them, so the cached one is the right one. */
async function fromCacheFirst(request: Request): Promise<Response> {
  // Servers vary answers by `Origin`, which the page's own scripts may or may not send.
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function forgetOlderBuilds(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_PREFIX) && name !== CACHE) await caches.delete(name);
  }
}
