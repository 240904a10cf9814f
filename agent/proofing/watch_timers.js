// Reports the timers that a page sets for its first seconds, so that a visit does not end before
// what they do. Runs in each document before the page's own scripts and leaves no name behind.
(() => {
  const report = globalThis.galleyTimer;
  delete globalThis.galleyTimer;
  if (!report) return;
  const FIRST_MS = 4000, INTERVAL_MS = 2500, FRAME_MS = 40, LEAST_MS = 30;
  let reported = 0;
  const note = delay => {
    const now = performance.now(), due = now + delay;
    if (!(delay >= LEAST_MS) || now > FIRST_MS || due > FIRST_MS || due < reported + LEAST_MS) return;
    reported = due;
    report(String(delay));
  };
  const watch = (name, delayOf) => {
    globalThis[name] = new Proxy(globalThis[name], {
      apply(original, self, given) {
        note(delayOf(given));
        return Reflect.apply(original, self, given);
      },
    });
  };
  watch("setTimeout", given => Number(given[1]));
  watch("setInterval", given => (Number(given[1]) < FIRST_MS ? INTERVAL_MS : Infinity));
  watch("requestAnimationFrame", () => FRAME_MS);
})();
