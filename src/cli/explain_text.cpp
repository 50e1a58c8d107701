#include "cli/explain_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace signalbox::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string mark_of(const std::string& state) {
  if (state == "match" || state == "assumed_match") return "+";
  if (state == "unknown") return "?";
  if (state == "skipped") return "~";
  return "-";
}

// " (best 0.912, support 0.871, prototype_count 8)"
std::string named_values(const Json& values) {
  std::string text;
  for (const auto& [name, value] : values.items()) {
    text += fmt::format("{}{} {:g}", text.empty() ? " (" : ", ", name, value.get<double>());
  }
  return text + ")";
}

// ", box 40,120 300x18": left, top, width and height.
std::string boxes_of(const Json& boxes) {
  std::string text;
  for (const Json& box : boxes) {
    text += fmt::format("{}{},{} {}x{}", text.empty() ? (boxes.size() == 1 ? ", box " : ", boxes ") : "; ",
                        box["left"].get<unsigned>(), box["top"].get<unsigned>(), box["width"].get<unsigned>(),
                        box["height"].get<unsigned>());
  }
  return text;
}

std::string holder_of(const Json& finding) {
  if (finding.contains("image")) return fmt::format(" in image {}", finding["image"].get<unsigned>());
  if (finding.contains("document")) {
    const auto document = finding["document"].get<unsigned>(), page = finding["page"].get<unsigned>();
    return page == 0 ? fmt::format(" in the name or properties of document {}", document)
                     : fmt::format(" in document {}, page {}", document, page);
  }
  const auto message = finding["message"].get<unsigned>(), part = finding["part"].get<unsigned>();
  return part == 0 ? fmt::format(" at message {}", message) : fmt::format(" at message {}, part {}", message, part);
}

// "EMAIL_ADDRESS at message 2, bytes 11-23", "keyword in image 0, bytes 4-9, box 40,120 300x18": where, never what
// stands there.
std::string place_of(const Json& finding) {
  if (!finding.contains("begin")) return {};
  const std::string place = holder_of(finding) + fmt::format(", bytes {}-{}", finding["begin"].get<std::size_t>(),
                                                             finding["end"].get<std::size_t>());
  return finding.contains("boxes") ? place + boxes_of(finding["boxes"]) : place;
}

std::string signal_line(const Json& signal) {
  std::string line = fmt::format("  {} {:<40}", mark_of(signal["state"]), signal["signal"].get<std::string>());
  if (signal["state"] == "match") line += fmt::format(" confidence {:.3f}", signal["confidence"].get<double>());
  if (signal.contains("value")) line += fmt::format(" value {:g}", signal["value"].get<double>());
  if (signal.contains("values")) line += named_values(signal["values"]);
  if (signal.contains("reason")) line += fmt::format(" unknown: {}", signal["reason"].get<std::string>());
  if (signal.value("assumed", false)) line += " (assumed a match)";
  if (signal.value("would_skip", false)) line += " (serving would skip it)";
  std::string found;
  for (const Json& finding : signal["evidence"]) {
    found += (found.empty() ? "" : "; ") + finding["what"].get<std::string>() + place_of(finding);
  }
  return line + (found.empty() ? "" : " <- " + found) + "\n";
}

void append_tree(const Json& node, int depth, std::string& out) {
  const std::string indent(static_cast<std::size_t>(2 * depth + 4), ' ');
  const std::string state = node["state"];
  if (node["node_type"] == "leaf") {
    out += fmt::format("{}{} {}:{}", indent, mark_of(state), node["signal_type"].get<std::string>(),
                       node["signal_name"].get<std::string>());
  } else {
    out += fmt::format("{}{} {}", indent, mark_of(state), node["node_type"].get<std::string>());
  }
  if (state != "match" && state != "no_match")
    out += " [" + state + (node.contains("reason") ? ": " + node["reason"].get<std::string>() : "") + "]";
  out += "\n";
  if (!node.contains("children")) return;
  for (const Json& child : node["children"]) append_tree(child, depth + 1, out);
}

std::string verdict(const Json& response) {
  const std::string decision = response["routing_decision"];
  const std::string model = response["selected_model"];
  if (decision.empty()) {
    return fmt::format("no decision ({}): {}\n", response["routing_status"].get<std::string>(),
                       model.empty() ? "no model" : "the default model " + model + " answers");
  }
  std::string why;
  for (const Json& rule : response["decision_result"]["matched_rules"]) {
    why += (why.empty() ? "" : ", ") + rule.get<std::string>();
  }
  return fmt::format("decision {} (confidence {:.3f}){}\nmodel    {} ({})\n", decision,
                     response["decision_result"]["confidence"].get<double>(), why.empty() ? "" : " because of " + why,
                     model.empty() ? "-" : model, response["selection_reason"].get<std::string>());
}

// Of one list of the response ("images" of "image"), those that no rule could look into.
std::string unjudged_items(const Json& response, const std::string& list, const std::string& item) {
  std::string out;
  for (const Json& one : response.value(list, Json::array())) {
    if (one["state"] != "unjudged") continue;
    const std::string detail = one.value("detail", "");
    out += fmt::format("  {} {}: {}{}\n", item, one[item].get<unsigned>(), one["reason"].get<std::string>(),
                       detail.empty() ? "" : " (" + detail + ")");
  }
  return out;
}

std::string unjudged_content(const Json& response) {
  const std::string pictures = unjudged_items(response, "images", "image");
  const std::string documents = unjudged_items(response, "documents", "document");
  return (pictures.empty() ? "" : "\npictures that were not judged\n" + pictures) +
         (documents.empty() ? "" : "\ndocuments that were not judged\n" + documents);
}

// Texts that hide what they say, as they were judged besides.
std::string views(const Json& response) {
  std::string out;
  for (const Json& view : response.value("views", Json::array())) {
    std::string place = view.contains("image")  ? fmt::format("image {}", view["image"].get<unsigned>())
                        : view.contains("name") ? view["name"].get<std::string>()
                                                : fmt::format("message {}", view["message"].get<unsigned>());
    std::string steps;
    for (const Json& step : view["steps"]) steps += (steps.empty() ? "" : " > ") + step.get<std::string>();
    out += fmt::format("  {}, {}: {}\n", place, steps, view["text"].get<std::string>());
  }
  return out.empty() ? out : "\ntexts without their disguises\n" + out;
}

}  // namespace

std::string explain_text(const Json& response) {
  std::string out = fmt::format("recipe   {}\n{}", response["recipe"].get<std::string>(), verdict(response));
  out += "\nsignals (+ match, - no match, ? unknown)\n";
  for (const Json& signal : response["signals"]) out += signal_line(signal);
  out += unjudged_content(response);
  out += views(response);
  out += "\ndecisions\n";
  for (const Json& trace : response["eval_trace"]) {
    out += fmt::format("  {} {}\n", mark_of(trace["state"]), trace["decision_name"].get<std::string>());
    append_tree(trace["root_trace"], 0, out);
  }
  return out;
}

}  // namespace signalbox::cli
