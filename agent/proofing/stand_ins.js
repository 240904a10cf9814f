// Puts objects that accept every use in the place of libraries and data that cannot be reached, and
// remembers which elements of the page were handed to them. Where a page shows the same with and
// without these objects, what it shows does not depend on what could not be reached.
(config => {
  "use strict";
  const LISTS = ["map", "forEach", "filter", "flatMap", "reduce", "some", "every", "find", "sort"];
  const called = new WeakSet();
  const reached = new Set();
  let isUsed = false;

  const find = text => {
    try {
      return [...document.querySelectorAll(text), document.getElementById(text)];
    } catch {
      return [document.getElementById(text)];
    }
  };
  const reach = (given, depth = 0) => {
    if (given instanceof Node) reached.add(given);
    else if (typeof given === "string") find(given).forEach(made => made && reached.add(made));
    else if (typeof given === "function") callBack(given);
    else if (given && typeof given === "object" && depth < 3) {
      Object.values(given).slice(0, 50).forEach(inner => reach(inner, depth + 1));
    }
  };
  const callBack = back => {
    if (called.has(back)) return;
    called.add(back);
    try {
      back(standIn(), standIn(), standIn());
    } catch {}  // it wanted something else; what it did until then counts
  };
  const use = (name, given) => {
    isUsed = true;
    if (LISTS.includes(name) && typeof given[0] === "function") {
      return [standIn()][name](...given);
    }
    if (["then", "catch", "finally"].includes(name)) {
      return Promise.resolve(standIn("", false))[name](...given);
    }
    given.forEach(argument => reach(argument));
    return standIn();
  };
  // A library's answer can be awaited; what it then gives cannot, else waiting would never end.
  const standIn = (name = "", isAwaitable = true) =>
    new Proxy(function () {}, {
      get(target, key) {
        if (key === Symbol.toPrimitive) return hint => (hint === "string" ? "stand-in" : 7);
        if (key === Symbol.iterator) return function* () { yield standIn(); };
        if (key === "then" && !isAwaitable) return undefined;
        if (key === "prototype") return target.prototype;
        if (key === "toString" || key === "toJSON") return () => "stand-in";
        if (key === "length" || key === "size") return 1;
        return typeof key === "string" ? standIn(key) : undefined;
      },
      set: () => true,
      has: () => true,
      apply: (target, self, given) => use(name, given),
      construct: (target, given) => use("", given),
      ownKeys: target => [...Reflect.ownKeys(target), "sample"],
      getOwnPropertyDescriptor: (target, key) =>
        key === "sample"
          ? { value: standIn(), enumerable: true, configurable: true, writable: true }
          : Reflect.getOwnPropertyDescriptor(target, key),
    });

  const library = standIn();
  for (const name of config.names.filter(name => !(name in globalThis))) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        isUsed = true;
        return library;
      },
      set(value) {
        Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
      },
    });
  }
  const parse = JSON.parse;
  JSON.parse = (text, ...more) =>
    text === config.data ? ((isUsed = true), standIn("", false)) : parse(text, ...more);
  Response.prototype.json = async function () {
    return JSON.parse(await this.text());
  };

  const touches = (one, other) => one.contains(other) || other.contains(one);
  Object.defineProperty(globalThis, "galleyStandIns", {
    value: {
      get isUsed() {
        return isUsed;
      },
      module: library,
      reaches: read =>
        read.length
          ? read.some(one => [...reached].some(other => touches(one, other)))
          : reached.size > 0,
    },
  });
})
