// Keeps pages live. Every page works without it, when it is loaded again.
"use strict";

const main = document.querySelector("main");

function localTimes() {
  for (const time of document.querySelectorAll("time[data-epoch]")) {
    const date = new Date(Number(time.dataset.epoch) * 1000);
    time.textContent = date.toLocaleString();
  }
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (now && now.innerHTML !== part.dataset.seen) {
      part.dataset.seen = now.innerHTML;
      if (!part.contains(document.activeElement)) part.innerHTML = now.innerHTML;
    }
  }
  localTimes();
}

let isRefreshing = false;
let isStale = false;
async function soon() {
  isStale = true;
  if (isRefreshing) return;
  isRefreshing = true;
  while (isStale) {
    isStale = false;
    await refresh().catch(() => {});
  }
  isRefreshing = false;
}

function follow(address) {
  const events = new EventSource(address);
  for (const name of ["step", "working", "changed"]) events.addEventListener(name, soon);
  events.addEventListener("end", () => {
    events.close();
    document.getElementById("answering")?.setAttribute("hidden", "");
    soon();
  });
  events.addEventListener("answer", ({ data }) => {
    const { start, text } = JSON.parse(data);
    const answer = document.getElementById("answer");
    answer.textContent = answer.textContent.slice(0, start) + text;
    answer.scrollTop = answer.scrollHeight;
    document.getElementById("answering").removeAttribute("hidden");
  });
}

function tryChecks(form) {
  const frame = document.createElement("iframe");
  frame.src = "/new/syntax";
  frame.title = "Syntax";
  frame.hidden = true;
  document.body.append(frame);
  const found = document.getElementById("checks-found");
  let asked = [];
  const ask = () => {
    asked = form.elements.checks.value
      .split("\n")
      .map((line, index) => ({ number: index + 1, code: /^\s*js:(.*)$/i.exec(line)?.[1] }))
      .filter(({ code }) => code?.trim());
    frame.contentWindow.postMessage(asked.map(({ code }) => code), "*");
  };
  addEventListener("message", ({ data, source }) => {
    if (source !== frame.contentWindow) return;
    const complaints = data
      .map((complaint, index) => complaint && `Line ${asked[index]?.number}: ${complaint}`)
      .filter(Boolean);
    found.replaceChildren(
      ...complaints.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
  });
  form.elements.checks.addEventListener("input", ask);
  frame.addEventListener("load", ask);
}

function showCurl(form) {
  form.querySelector("[name=preview]").addEventListener("click", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    fields.set("preview", "1");
    const answer = await fetch(form.action, { method: "POST", body: fields });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const complaint = fresh.querySelector(".complaint");
    document.querySelector(".complaint")?.remove();
    if (complaint) form.before(document.importNode(complaint, true));
    document.getElementById("curl").replaceWith(document.importNode(fresh.getElementById("curl"), true));
  });
}

function takeDroppedFiles(form) {
  const input = form.elements.files;
  const place = input.closest(".drop");
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop") input.files = event.dataTransfer.files;
    });
  }
}

localTimes();
if (main.dataset.events) follow(main.dataset.events);
const form = document.getElementById("brief-form");
if (form) {
  tryChecks(form);
  showCurl(form);
  takeDroppedFiles(form);
}
