// What a check reads of the page, as text, and whether a library that could not be reached may have
// a hand in it (`isReached`: its stand-in got one of the elements, or their parts; `isDriven`: they
// carry what such libraries look for by themselves).
((selectors, words) => {
  const read = selectors.map(selector => {
    try {
      return [...document.querySelectorAll(selector)];
    } catch {
      return [];
    }
  });
  const shown = made =>
    [made.outerHTML, made.value, made.checked, made instanceof HTMLCanvasElement && made.toDataURL()]
      .join(" ");
  const isDirective = name => /^(x-|v-|hx-|ng-|wire:|@|:)/.test(name);
  const isDriven = made => {
    for (let at = made; at; at = at.parentElement) {
      const marks = `${at.className} ${at.id}`.toLowerCase();
      if (at.localName.includes("-") || /\blanguage-/.test(marks)) return true;
      if (at.getAttributeNames().some(isDirective)) return true;
      if (words.some(word => marks.includes(word))) return true;
    }
    return /\{\{.*\}\}/s.test(made.textContent);
  };
  const all = read.flat();
  const standIns = globalThis.galleyStandIns;
  return JSON.stringify({
    read: read.map(found => found.map(shown)),
    title: document.title,
    isReached: !!standIns && standIns.reaches(all),
    isUsed: !!standIns && standIns.isUsed,
    isDriven: all.some(isDriven),
  });
})
