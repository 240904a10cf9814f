// Every way in which a page can try to reach `host`, which the test declares before this.
const pages = [`https://${host}/`, `http://${host}/`];
const put = (tag, change) => {
  const made = document.createElement(tag);
  change(made);
  document.body.append(made);
  return made;
};
for (const url of pages) {
  put("img", made => made.src = url + "img");
  put("iframe", made => made.src = url + "iframe");
  put("script", made => made.src = url + "script");
  put("video", made => made.src = url + "video");
  put("object", made => made.data = url + "object");
  put("link", made => { made.rel = "stylesheet"; made.href = url + "css" });
  for (const rel of ["preconnect", "dns-prefetch", "prefetch", "preload", "prerender"])
    put("link", made => { made.rel = rel; made.href = url + rel; made.as = "image" });
  put("script", made => {
    made.type = "speculationrules";
    const list = [{ source: "list", urls: [url + "rules"] }];
    made.textContent = JSON.stringify({ prefetch: list, prerender: list });
  });
  put("iframe", frame => { frame.name = "target" });
  put("form", made => {
    made.method = "POST";
    made.target = "target";
    made.action = url + "form";
  }).submit();
  put("a", made => {
    made.href = "#";
    made.ping = url + "ping";
  }).click();
  navigator.sendBeacon(url + "beacon", "x");
  fetch(url + "fetch").catch(() => 0);
  const post = { method: "POST", mode: "no-cors", body: "x", keepalive: true };
  fetch(url + "post", post).catch(() => 0);
  try { new EventSource(url + "events") } catch { }
  try { new WebTransport(url + "transport") } catch { }
  open(url + "popup");
  const work = `fetch("${url}worker").catch(() => 0);
    try { new WebSocket("${url.replace("http", "ws")}") } catch { }`;
  const script = URL.createObjectURL(new Blob([work], { type: "text/javascript" }));
  try { new Worker(script) } catch { }
  try { new SharedWorker(script) } catch { }
}
for (const scheme of ["ws", "wss"]) try { new WebSocket(`${scheme}://${host}/socket`) } catch { }
const relays = [`turn:${host}?transport=tcp`, `turn:${host}?transport=udp`];
const peer = new RTCPeerConnection({
  iceServers: [{ urls: `stun:${host}` }, { urls: relays, username: "a", credential: "b" }],
});
peer.createDataChannel("x");
peer.createOffer().then(offer => peer.setLocalDescription(offer));
window.hasTriedAll = true;
