// Every signal the recipe uses, grouped by type: state, confidence, value, time, and what it rests on.
import {breakable, duration, h, number, percent, stateDot, stateLabel} from "./explain_dom.js";

const REASONS = {
  model_missing: "no model for it is installed",
  untrusted_model: "its model failed its check",
  not_judged: "the content could not be read",
  identity_missing: "nobody is identified here",
  timeout: "not in time",
  error: "an internal error",
};

// What the rules took an unknown signal for; a signal itself is only known to be unknown.
function leafStates(node, states) {
  if (node.node_type === "leaf") states.set(`${node.signal_type}:${node.signal_name}`, node.state);
  for (const child of node.children ?? []) leafStates(child, states);
  return states;
}

export function shownStates(response) {
  const leaves = new Map();
  for (const trace of response.eval_trace ?? []) leafStates(trace.root_trace, leaves);
  return (signal) => (signal.state === "unknown" && signal.assumed ? leaves.get(signal.signal) ?? "unknown" : signal.state);
}

function meter(confidence) {
  const bar = h("meter", {min: 0, max: 1, value: confidence, "aria-label": "confidence"});
  return h("span", {class: "meter"}, bar, h("span", {}, percent(confidence)));
}

function badges(signal) {
  return [
    signal.security && h("span", {class: "badge security", title: "Unknown never means safe here"}, "security"),
    signal.would_skip && h("span", {class: "badge", title: "Serving would not evaluate it: it can no longer change the outcome"}, "would be skipped"),
    signal.calibrated !== undefined && h("span", {class: "badge"}, `calibrated ${percent(signal.calibrated)}`),
  ];
}

function because(signal) {
  const words = [...new Set((signal.evidence ?? []).map((finding) => finding.what).filter(Boolean))];
  const shown = words.slice(0, 6).map((word) => h("code", {}, word));
  if (words.length > 6) shown.push(h("span", {class: "muted"}, `and ${words.length - 6} more`));
  const detail = signal.detail || (signal.reason ? REASONS[signal.reason] ?? signal.reason : "");
  if (shown.length === 0 && !detail) return null;
  return h("p", {class: "because"}, shown, detail && h("span", {class: "muted"}, detail));
}

function row(signal, state, onFocus, showTime) {
  const located = (signal.evidence ?? []).some((finding) => finding.begin !== undefined);
  const name = located
    ? h("button", {type: "button", class: "name link", "aria-pressed": "false", title: "Show only its words above",
                   onclick: (event) => onFocus(signal.signal, event.currentTarget)}, breakable(signal.name))
    : h("span", {class: "name"}, breakable(signal.name));
  return h("li", {class: `signal ${state}`},
    stateDot(state),
    h("div", {class: "what"},
      h("div", {class: "head"}, name, h("span", {class: `state ${state}`}, stateLabel(state)), badges(signal)),
      because(signal)),
    h("div", {class: "numbers"},
      signal.state === "match" && meter(signal.confidence),
      signal.value !== undefined && h("span", {title: "raw value"}, `value ${number(signal.value)}`),
      showTime && h("span", {class: "muted"}, duration(signal.time_us))));
}

const RANK = {match: 0, unknown: 1, no_match: 2};

// Signals of a type usually share one pass, and its time.
function group(type, signals, stateOf, onFocus) {
  const shared = signals.every((signal) => signal.time_us === signals[0].time_us);
  const sorted = signals.toSorted((a, b) => RANK[a.state] - RANK[b.state]);
  return h("section", {class: "group"},
    h("h3", {}, breakable(type), shared && h("span", {}, duration(signals[0].time_us))),
    h("ul", {}, sorted.map((signal) => row(signal, stateOf(signal), onFocus, !shared))));
}

export function signalsCard(response, onFocus) {
  const stateOf = shownStates(response);
  const byType = Map.groupBy(response.signals ?? [], (signal) => signal.type);
  const matched = (response.signals ?? []).filter((signal) => signal.state === "match").length;
  const groups = [...byType].map(([type, signals]) => group(type, signals, stateOf, onFocus));
  return h("section", {class: "card signals", "aria-labelledby": "signals-title"},
    h("h2", {id: "signals-title"}, "Signals", h("span", {class: "count"}, `${matched} of ${(response.signals ?? []).length} match`)),
    groups.length > 0 ? groups : h("p", {class: "note"}, "No signal was needed."));
}
