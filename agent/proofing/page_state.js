// What a visitor or a script can see of a page, as one text: two texts differ where it was changed.
(() => {
  const trees = [document];
  const texts = [];
  for (const tree of trees) {
    texts.push(tree === document ? document.documentElement.outerHTML : tree.innerHTML);
    for (const made of tree.querySelectorAll("*")) {
      if (made.shadowRoot) trees.push(made.shadowRoot);
      if ("value" in made || "checked" in made || "open" in made) {
        texts.push(`${made.value} ${made.checked} ${made.selectedIndex} ${made.open}`);
      }
      if (made.scrollTop || made.scrollLeft) texts.push(`${made.scrollTop} ${made.scrollLeft}`);
      if (made instanceof HTMLMediaElement) texts.push(`${made.paused} ${made.currentTime}`);
    }
  }
  const focused = [...document.querySelectorAll("*")].indexOf(document.activeElement);
  let kept = "";
  try {
    kept = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);
  } catch {}  // a page may have no storage
  const names = Object.getOwnPropertyNames(window).length;
  texts.push(location.href, document.title, scrollX, scrollY, focused, kept, names, history.length);
  return texts.join("\n");
})()
