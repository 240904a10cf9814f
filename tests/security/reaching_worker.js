// Every way in which a service worker can try to reach `host`, which the test declares before this.
const reach = () => {
  const answers = [];
  for (const url of [`https://${host}/`, `http://${host}/`]) {
    answers.push(fetch(url + "fetch"), fetch(url + "opaque", { mode: "no-cors" }));
    answers.push(fetch(url + "post", { method: "POST", mode: "no-cors", body: "x" }));
    answers.push(caches.open("c").then(cache => cache.add(url + "cache")));
    try { importScripts(url + "script") } catch { }
    try { new EventSource(url + "events") } catch { }
    try { new WebTransport(url + "transport") } catch { }
    try { new WebSocket(url.replace("http", "ws")) } catch { }
  }
  return Promise.allSettled(answers);
};
addEventListener("install", event => event.waitUntil(reach().then(() => skipWaiting())));
addEventListener("activate", event => event.waitUntil(tell()));
const tell = async () => {
  await clients.claim();
  for (const page of await clients.matchAll()) page.postMessage(true);
};
