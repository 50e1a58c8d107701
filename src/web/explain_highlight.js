// Matched words marked in place. The server counts bytes of UTF-8, JavaScript counts UTF-16 units.
import {h} from "./explain_dom.js";

// A function from byte offset to string index.
function byteIndex(text) {
  const indexOf = new Map([[0, 0]]);
  let bytes = 0;
  let index = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += character.length;
    indexOf.set(bytes, index);
  }
  return (offset) => indexOf.get(offset) ?? text.length;
}

// ranges: [{begin, end, signal, what, security}] in bytes; they may overlap.
function segments(text, ranges) {
  const toIndex = byteIndex(text);
  const placed = ranges.map((range) => ({...range, begin: toIndex(range.begin), end: toIndex(range.end)}));
  const cuts = [...new Set([0, text.length, ...placed.flatMap((range) => [range.begin, range.end])])].sort((a, b) => a - b);
  const result = [];
  for (let i = 0; i + 1 < cuts.length; ++i) {
    const covering = placed.filter((range) => range.begin <= cuts[i] && range.end >= cuts[i + 1]);
    result.push({text: text.slice(cuts[i], cuts[i + 1]), covering});
  }
  return result;
}

export function highlighted(text, ranges) {
  return segments(text, ranges).map(({text: piece, covering}) => {
    if (covering.length === 0) return piece;
    const signals = [...new Set(covering.map((range) => range.signal))];
    return h("mark", {
      class: covering.some((range) => range.security) ? "hit security" : "hit",
      title: signals.join(", "),
      "data-signals": signals.join(" "),
    }, piece);
  });
}

// Evidence of all signals, by where it is: of("message", message, part) or of("image", index).
export function evidenceIndex(signals) {
  const ranges = new Map();
  for (const signal of signals) {
    for (const finding of signal.evidence ?? []) {
      if (finding.begin === undefined) continue;
      const key = finding.image !== undefined ? `image ${finding.image}` : `message ${finding.message} ${finding.part}`;
      const range = {begin: finding.begin, end: finding.end, signal: signal.signal, what: finding.what, security: signal.security};
      ranges.set(key, [...(ranges.get(key) ?? []), range]);
    }
  }
  return (...key) => ranges.get(key.join(" ")) ?? [];
}

// Shows the marks of one signal alone; null: all.
export function focusSignal(root, signal) {
  for (const mark of root.querySelectorAll("mark.hit")) {
    const belongs = signal === null || mark.dataset.signals.split(" ").includes(signal);
    mark.classList.toggle("faded", !belongs);
  }
}
