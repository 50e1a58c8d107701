// Every decision with its rule tree, leaves by their state; and the verdict, in one line.
import {breakable, h, percent, stateDot, stateLabel} from "./explain_dom.js";

const OPERATORS = {AND: "all of", OR: "any of", NOT: "not"};

function leaf(node) {
  const label = `${node.signal_type}: ${node.signal_name}${node.label ? ` · ${node.label}` : ""}`;
  return h("li", {class: `leaf ${node.state}`}, stateDot(node.state), h("span", {class: "label"}, breakable(label)),
    h("span", {class: `state ${node.state}`}, stateLabel(node.state)),
    node.reason && h("span", {class: "muted"}, node.reason.replaceAll("_", " ")));
}

function tree(node) {
  if (node.node_type === "leaf") return leaf(node);
  if (node.children.length === 0) return h("li", {class: `leaf ${node.state}`}, stateDot(node.state), "no conditions: every request");
  return h("li", {class: "branch"},
    h("span", {class: `operator ${node.state}`}, OPERATORS[node.node_type] ?? node.node_type),
    h("ul", {}, node.children.map(tree)));
}

function decision(trace, facts, wins) {
  const rank = [facts?.tier ? `tier ${facts.tier}` : "", facts ? `priority ${facts.priority}` : ""].filter(Boolean).join(", ");
  return h("details", {class: `decision ${trace.state} ${wins ? "winner" : ""}`, open: wins},
    h("summary", {}, stateDot(trace.state), h("span", {class: "name"}, breakable(trace.decision_name)),
      wins && h("span", {class: "badge chosen"}, "chosen"),
      facts?.security && h("span", {class: "badge security"}, "security"),
      h("span", {class: "facts"}, h("span", {class: "muted"}, rank),
        h("span", {class: `state ${trace.state}`}, trace.matched ? percent(trace.confidence) : stateLabel(trace.state)))),
    h("ul", {class: "tree"}, tree(trace.root_trace)),
    facts && h("p", {class: "muted models"}, "Models: ", facts.models.join(", ") || "the default one",
      facts.plugins.length > 0 && ` · Plugins: ${facts.plugins.join(", ")}`));
}

export function decisionsCard(response, recipe) {
  const facts = new Map((recipe?.decisions ?? []).map((item) => [item.name, item]));
  const rankOf = (trace) => facts.get(trace.decision_name) ?? {tier: 0, priority: 0};
  const traces = (response.eval_trace ?? []).toSorted((a, b) => rankOf(a).tier - rankOf(b).tier || rankOf(b).priority - rankOf(a).priority);
  const matched = traces.filter((trace) => trace.matched).length;
  return h("section", {class: "card decisions", "aria-labelledby": "decisions-title"},
    h("h2", {id: "decisions-title"}, "Decisions", h("span", {class: "count"}, `${matched} of ${traces.length} match`)),
    traces.length > 0
      ? traces.map((trace) => decision(trace, facts.get(trace.decision_name), trace.decision_name === response.routing_decision))
      : h("p", {class: "note"}, "No decision was asked."));
}

// "keyword:code and keyword:urgent"
function listed(names) {
  const shown = names.map((name) => h("code", {}, breakable(name)));
  return shown.flatMap((item, i) => (i === 0 ? [item] : [i === shown.length - 1 ? " and " : ", ", item]));
}

const OUTCOMES = {
  forbidden: "This request would be refused (403): the recipe asks who is calling, and nobody is identified.",
  policy_unavailable: "This request would be refused (503): a signal that must be known is not.",
};

function why(response) {
  if (OUTCOMES[response.routing_status]) return OUTCOMES[response.routing_status];
  if (!response.routing_decision) return withoutDecision(response);
  const rules = [...new Set(response.decision_result.matched_rules ?? [])];
  if (rules.length === 0) return "Its rule holds for every request, and nothing of higher rank matched.";
  const assumed = new Set((response.unknown_signals ?? []).map((item) => item.signal));
  const known = rules.filter((rule) => !assumed.has(rule));
  const taken = rules.filter((rule) => assumed.has(rule));
  return ["Chosen because ",
    known.length > 0 && [listed(known), known.length > 1 ? " match" : " matches"],
    known.length > 0 && taken.length > 0 && ", and ",
    taken.length > 0 && [listed(taken), taken.length > 1 ? " are unknown and assumed to match" : " is unknown and assumed to match"], "."];
}

function withoutDecision(response) {
  if (response.selection_method === "named") {
    return "The request names this model. Only security decisions judge such a request, and none of them won.";
  }
  return response.selected_model ? "No decision matched: the default model answers." : "No decision matched, and there is no default model.";
}

function station(title, name, extra, state) {
  return h("li", {class: `station ${state}`}, h("span", {class: "title"}, title), h("strong", {}, breakable(name)), extra);
}

function warnings(response) {
  const unknown = (response.unknown_signals ?? []).map((item) => item.signal);
  if (unknown.length === 0) return null;
  const stakes = response.determined ? "The same decision would win whatever they are." : "With other values, another decision could win.";
  return h("p", {class: "note warn"}, "Unknown: ", listed(unknown), `. ${stakes}`);
}

export function verdictCard(response) {
  const result = response.decision_result;
  const decided = Boolean(response.routing_decision);
  const refused = response.routing_status in OUTCOMES;
  const model = response.selected_model || (refused ? "refused" : response.recommended_models.join(" or ") || "none");
  const plugins = result.plugins.map((name) => h("span", {class: "badge"}, name));
  return h("section", {class: `card verdict ${refused ? "refused" : ""}`, "aria-labelledby": "verdict-title"},
    h("h2", {id: "verdict-title", class: "visually-hidden"}, "Verdict"),
    h("ol", {class: "track"},
      station("Recipe", response.recipe, null, "passed"),
      station("Decision", response.routing_decision || "none", decided && h("span", {class: "muted"}, `${percent(result.confidence)} confidence`), decided ? "passed" : "open"),
      station("Model", model, h("span", {class: "muted"}, refused ? "" : response.selection_reason), refused ? "stop" : "go")),
    h("p", {class: "why"}, why(response)),
    plugins.length > 0 && h("p", {class: "plugins"}, h("span", {class: "muted"}, "Acts with "), plugins),
    warnings(response));
}
