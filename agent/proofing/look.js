// Measures how the open page looks: a JSON array of { rule, text, count, elements }.
// It runs in a world of its own, changes nothing, and prefers silence to a false finding.
(async (isPhone, usesAxe) => {
  const MOST_LINES = 400;
  const found = new Map();
  const note = (rule, text, element) => {
    const known = found.get(rule) ?? { rule, text, count: 0, elements: [] };
    known.count += 1;
    if (element && known.elements.length < 2) known.elements.push(named(element));
    found.set(rule, known);
  };
  const named = (element) => {
    const tag = element.localName;
    const id = element.id ? `#${element.id}` : "";
    const name = typeof element.className === "string" ? element.className.trim() : "";
    const classes = !id && name ? `.${name.split(/\s+/).slice(0, 2).join(".")}` : "";
    const words = (element.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 30);
    return `${tag}${id}${classes}${words ? ` “${words}”` : ""}`;
  };
  const frame = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
    setTimeout(done, 300);
  });
  const ends = (animation) => animation.effect?.getComputedTiming().endTime ?? Infinity;
  await frame();
  const finite = document.getAnimations().filter((each) => ends(each) <= 3000);
  const pause = new Promise((done) => setTimeout(done, 3000));
  await Promise.race([Promise.allSettled(finite.map((each) => each.finished)), pause]);
  await frame();

  const styles = new Map();
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const chain = (element) => {
    const parents = [];
    for (let each = element; each && each !== document; each = each.parentElement) {
      parents.push(each);
    }
    return parents;
  };
  const moving = new Set(document.getAnimations()
    .filter((each) => each.playState === "running").map((each) => each.effect?.target));
  const opaque = (element) => {
    const made = style(element);
    const alpha = made.backgroundColor.match(/rgba\(.*,\s*([\d.]+)\)/)?.[1];
    const color = made.backgroundColor !== "transparent" && (alpha === undefined || +alpha > 0.5);
    return color || made.backgroundImage !== "none" || ["img", "video", "canvas"].includes(
      element.localName);
  };
  const isShown = (element) => element.checkVisibility({
    opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true,
  }) && chain(element).every((each) => +style(each).opacity > 0.05);
  const isLeftAlone = (element) => chain(element).some((each) => moving.has(each)
    || each.ariaHidden === "true" || each.localName === "svg" || each.localName === "dialog"
    || each.localName === "marquee" || style(each).backfaceVisibility === "hidden"
    || style(each).clipPath !== "none" || style(each).clip !== "auto");
  const isFloating = (element) => chain(element).some((each) =>
    ["fixed", "sticky"].includes(style(each).position));
  const clips = (value) => value === "hidden" || value === "clip";
  const width = document.documentElement.clientWidth;

  function textLines() {
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && lines.length < MOST_LINES; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !element || !isShown(element) || isLeftAlone(element)) continue;
      if (/^(script|style|noscript|template|option|textarea)$/.test(element.localName)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        if (rect.width > 2 && rect.height > 2) lines.push({ element, rect, node });
      }
    }
    return lines;
  }

  // The part of a line that its clipping ancestors leave, and the ancestor that cuts it.
  function visiblePart(line) {
    const { rect, element } = line;
    let part = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
    let cutter = null;
    let isPositioned = false;
    for (const each of chain(element)) {
      const made = style(each);
      const isRoot = each === document.body || each === document.documentElement;
      const isBox = made.display !== "inline" && made.display !== "contents";
      const skips = isPositioned && made.position === "static";
      if (isBox && !skips && !isRoot && (made.overflowX !== "visible" || made.overflowY !== "visible")) {
        const box = each.getBoundingClientRect();
        const scrolls = !clips(made.overflowX) || !clips(made.overflowY);
        if (scrolls && (each.scrollHeight > each.clientHeight + 1
          || each.scrollWidth > each.clientWidth + 1)) return null; // a reader can scroll to it
        const next = {
          left: clips(made.overflowX) ? Math.max(part.left, box.left) : part.left,
          right: clips(made.overflowX) ? Math.min(part.right, box.right) : part.right,
          top: clips(made.overflowY) ? Math.max(part.top, box.top) : part.top,
          bottom: clips(made.overflowY) ? Math.min(part.bottom, box.bottom) : part.bottom,
        };
        const takes = next.left > part.left + 1 || next.right < part.right - 1
          || next.top > part.top + 1 || next.bottom < part.bottom - 1;
        if (takes) cutter = each;
        part = next;
      }
      if (made.position === "fixed") break;
      if (made.position === "absolute") isPositioned = true;
      else if (made.position !== "static") isPositioned = false;
    }
    return { ...part, cutter };
  }

  function judgeCutText(lines) {
    for (const line of lines) {
      const part = visiblePart(line);
      if (part === null || part.cutter === null) continue;
      const made = style(part.cutter);
      const clamp = made.webkitLineClamp;
      if (made.textOverflow === "ellipsis" || (clamp && clamp !== "none")) continue;
      const box = part.cutter.getBoundingClientRect();
      if (box.width < 4 || box.height < 4) continue; // for screen readers
      const near = part.cutter.parentElement ?? part.cutter;
      if (near.querySelector("[aria-expanded], details") || near.ariaExpanded) continue;
      const shownWide = (part.right - part.left) / line.rect.width;
      const shownHigh = (part.bottom - part.top) / line.rect.height;
      if (shownWide <= 0 || shownHigh <= 0) continue; // wholly outside: on purpose
      const lostWide = line.rect.width - (part.right - part.left);
      if ((lostWide > 6 && shownWide > 0.1) || (shownHigh < 0.7 && shownHigh > 0.1)) {
        note("cut-text", "text is cut off by the box that holds it", part.cutter);
      }
    }
    for (const { element, rect } of lines) {
      const roots = [document.documentElement, document.body];
      const isStuck = roots.some((each) => clips(style(each).overflowX));
      const isOff = (rect.left < -4 && rect.right > 8)
        || (isStuck && rect.right > width + 6 && rect.left < width - 8);
      const part = isOff && visiblePart({ element, rect });
      if (part && part.cutter === null) {
        note("cut-text", "text runs out of the window where nobody can scroll to it", element);
      }
    }
  }

  // Whether something of the one element, below what they share, hides the other.
  const covers = (one, other, rect) => chain(one).some((each) => {
    if (each.contains(other) || !opaque(each)) return false;
    const box = each.getBoundingClientRect();
    return box.left <= rect.left + 2 && box.right >= rect.right - 2
      && box.top <= rect.top + 2 && box.bottom >= rect.bottom - 2;
  });

  function judgeOverlaps(lines) {
    const sorted = lines.filter(({ element }) => !isFloating(element))
      .sort((one, other) => one.rect.top - other.rect.top);
    sorted.forEach((one, index) => {
      for (const other of sorted.slice(index + 1)) {
        if (other.rect.top > one.rect.bottom) break;
        if (one.element === other.element || one.element.contains(other.element)
          || other.element.contains(one.element)) continue;
        if (one.node.data.trim() === other.node.data.trim()) continue; // a shadow of itself
        const rect = {
          left: Math.max(one.rect.left, other.rect.left),
          right: Math.min(one.rect.right, other.rect.right),
          top: Math.max(one.rect.top, other.rect.top),
          bottom: Math.min(one.rect.bottom, other.rect.bottom),
        };
        const high = (rect.bottom - rect.top) / Math.min(one.rect.height, other.rect.height);
        if (rect.right - rect.left < 6 || high < 0.45) continue;
        if (covers(one.element, other.element, rect)) continue;
        if (covers(other.element, one.element, rect)) continue;
        const parts = [visiblePart(one), visiblePart(other)];
        if (parts.some((part) => part === null || part.right - part.left < 4
          || part.bottom - part.top < 4)) continue;
        note("overlap", "texts lie on top of each other", one.element);
      }
    });
    for (const line of sorted) judgeCovered(line);
  }

  // A line that another element hides in part, where the window shows it.
  function judgeCovered({ element, rect }) {
    if (rect.top < 0 || rect.bottom > innerHeight || rect.left < 0 || rect.right > width) return;
    const steps = [0.1, 0.3, 0.5, 0.7, 0.9];
    const hits = steps.map((step) => document.elementFromPoint(
      rect.left + rect.width * step, (rect.top + rect.bottom) / 2));
    const isOwn = (hit) => !hit || hit.contains(element) || element.contains(hit)
      || (hit.control && hit.control.contains(element));
    const strangers = hits.filter((hit) => !isOwn(hit));
    if (!strangers.length || strangers.length === steps.length) return;
    const top = strangers.find((hit) => !isFloating(hit) && !isLeftAlone(hit) && opaque(hit)
      && isShown(hit));
    if (top) note("overlap", "an element hides a part of a text", element);
  }

  function judgeControls() {
    const asked = "button, select, textarea, input, summary, [role=button], [role=tab], a";
    for (const element of document.querySelectorAll(asked)) {
      if (!isShown(element) || isLeftAlone(element) || element.disabled) continue;
      const made = style(element);
      const rect = element.getBoundingClientRect();
      if (rect.width <= 2 || rect.height <= 2 || made.display === "inline") {
        if (element.localName === "a" || rect.width <= 2) continue;
      }
      if (/^(range|checkbox|radio|hidden|color|file|image)$/.test(element.type ?? "")) continue;
      const isPlainLink = element.localName === "a" && !opaque(element)
        && made.borderTopStyle === "none";
      const isAsBrowsersDo = made.fontSize === "13.3333px" && rect.height > 17 && rect.width > 17;
      if (isPlainLink || isAsBrowsersDo) continue;
      if (element.localName === "summary" && made.fontSize >= "14px") continue;
      const least = Math.min(rect.width, rect.height);
      if (least >= 23.5) continue;
      const size = `${Math.round(rect.width)} × ${Math.round(rect.height)}`;
      note("small-control", `a control is only ${size} px, and 24 are needed to hit it`, element);
    }
  }

  function judgeImages() {
    for (const image of document.images) {
      const source = image.currentSrc || image.src;
      if (!source || !image.complete || image.naturalWidth || !isShown(image)) continue;
      if (/^https?:/.test(source) && new URL(source).host !== location.host) continue;
      if (image.loading === "lazy" && image.getBoundingClientRect().top > innerHeight) continue;
      note("broken-image", "an image did not load", image);
    }
  }

  function judgeWidth() {
    const root = document.scrollingElement;
    const reach = Math.max(root.scrollWidth, document.documentElement.scrollWidth);
    if (reach <= width + 4) return;
    if ([document.documentElement, document.body].some((each) => clips(style(each).overflowX))) return;
    const widest = [...document.body.querySelectorAll("*")]
      .filter((each) => isShown(each) && each.getBoundingClientRect().right > width + 4)
      .map((each) => ({ each, right: each.getBoundingClientRect().right }))
      .sort((one, other) => other.right - one.right)[0]?.each;
    note("sideways-scroll", `the page is ${reach} px wide and scrolls sideways`, widest);
  }

  const media = "img, svg, canvas, video, audio, iframe, object, embed, progress, meter";
  const controls = "button, input, select, textarea, [contenteditable], [onclick], summary";
  const isEmpty = (element) => !element.innerText.trim()
    && !element.querySelector(`${media}, ${controls}`) && !element.matches(media)
    && [element, ...element.querySelectorAll("*")].every((each) => {
      const extra = ["::before", "::after"].map((part) => getComputedStyle(each, part).content);
      return style(each).backgroundImage === "none"
        && extra.every((text) => text === "none" || text === "normal" || text === '""')
        && !each.shadowRoot && !each.localName.includes("-");
    });

  function judgeBlankAreas(lines) {
    const isStill = !document.querySelector(controls); // nothing that a visitor does fills it
    if (isStill) for (const heading of document.querySelectorAll("h2, h3, h4, caption, legend")) {
      const box = heading.parentElement;
      if (!isShown(heading) || box === document.body || !box.children.length) continue;
      const rest = [...box.children].filter((each) => each !== heading);
      const loose = [...box.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const isTopic = /^(section|article|figure|aside|table|div|fieldset)$/.test(box.localName);
      if (isTopic && rest.length && !loose && rest.every(isEmpty)) {
        note("blank-area", "there is nothing below a heading", heading);
      }
    }
    for (const canvas of isStill ? document.querySelectorAll("canvas") : []) {
      const box = canvas.getBoundingClientRect();
      if (!isShown(canvas) || box.width < 80 || box.height < 60) continue;
      const blank = document.createElement("canvas");
      Object.assign(blank, { width: canvas.width, height: canvas.height });
      try {
        if (canvas.toDataURL() === blank.toDataURL()) {
          note("blank-area", "nothing is drawn on a canvas", canvas);
        }
      } catch {
        continue; // drawn from another site: it may not be read
      }
    }
    judgeGap(lines);
  }

  function judgeGap(lines) {
    const boxes = [...document.body.querySelectorAll(`${media}, ${controls}, hr`)]
      .filter(isShown).map((each) => each.getBoundingClientRect());
    const filled = [...document.body.querySelectorAll("*")].filter((each) => isShown(each)
      && style(each).backgroundImage !== "none").map((each) => each.getBoundingClientRect());
    const all = [...boxes, ...filled, ...lines.map((line) => line.rect)]
      .filter((rect) => rect.height > 0 && rect.width > 0)
      .sort((one, other) => one.top - other.top);
    let end = all.length ? all[0].bottom : 0;
    for (const rect of all) {
      if (rect.top - end > Math.max(600, innerHeight * 0.8)) {
        note("blank-area", `${Math.round(rect.top - end)} px of the page have nothing in them`);
        return;
      }
      end = Math.max(end, rect.bottom);
    }
  }

  async function judgeByAxe() {
    const { violations } = await axe.run(document, {
      resultTypes: ["violations"], preload: false, iframes: false,
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
      rules: { "document-title": { enabled: false } },
    });
    for (const { id, impact, help, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const node of nodes) {
        const element = document.querySelector(String(node.target[0]));
        const measured = node.any[0]?.data;
        const ratio = id === "color-contrast" && measured?.contrastRatio;
        note(id, ratio ? `text and background are hardly told apart (${ratio}:1)` : help, element);
      }
    }
  }

  const lines = textLines();
  judgeCutText(lines);
  judgeOverlaps(lines);
  judgeImages();
  if (isPhone) judgeWidth();
  if (isPhone) judgeControls();
  if (!isPhone) judgeBlankAreas(lines);
  if (usesAxe) await judgeByAxe();
  return JSON.stringify([...found.values()]);
})
