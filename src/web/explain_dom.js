// Elements from plain values. Text goes in as text nodes only: nothing from a request or a server is ever parsed as HTML.

// h("p", {class: "hint", onclick: f}, "text", child, [more], null)
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

export function replaceContent(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

// How a state is shown: never by colour alone.
const STATES = {
  match: {label: "match", glyph: "✓"},
  no_match: {label: "no match", glyph: "–"},
  unknown: {label: "unknown", glyph: "?"},
  assumed_match: {label: "assumed match", glyph: "!"},
  assumed_no_match: {label: "assumed no match", glyph: "!"},
  skipped: {label: "skipped", glyph: "»"},
  not_evaluated: {label: "not evaluated", glyph: "·"},
};

export function stateLabel(state) {
  return (STATES[state] ?? {label: state}).label;
}

export function stateDot(state) {
  return h("span", {class: `dot ${state}`, "aria-hidden": "true"}, (STATES[state] ?? {glyph: "·"}).glyph);
}

// 0.87 -> "87 %", without claiming certainty for 0.999.
export function percent(confidence) {
  const value = confidence * 100;
  if (value > 99 && value < 100) return `${value.toFixed(1)} %`;
  return `${Math.round(value)} %`;
}

export function duration(microseconds) {
  if (microseconds >= 1e6) return `${(microseconds / 1e6).toFixed(2)} s`;
  if (microseconds >= 1e3) return `${(microseconds / 1e3).toFixed(1)} ms`;
  return `${microseconds < 10 ? microseconds.toFixed(1) : Math.round(microseconds)} µs`;
}

export function number(value) {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

// "code_words" may break after its underscore on a narrow screen.
export function breakable(name) {
  return String(name).split(/(?<=[_\-.:/])/).flatMap((piece, i) => (i ? [h("wbr"), piece] : [piece]));
}
