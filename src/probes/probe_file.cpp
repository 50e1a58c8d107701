#include "probes/probe_file.h"

#include <array>
#include <span>

namespace signalbox::probes {

std::span<const config::EnumName> enum_names(NameMatch) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "contains"}, {1, "exact"}}};
  return kNames;
}
std::span<const config::EnumName> enum_names(Placement) {
  static constexpr std::array<config::EnumName, 3> kNames{{{0, "before"}, {1, "after"}, {2, "around"}}};
  return kNames;
}

namespace {
constexpr double kMostRepeats = 10'000;
constexpr double kMostTextBytes = 10 << 20;
}  // namespace

void describe(config::Visitor& v, ImageFixture& x) {
  v.object("ImageFixture", "A picture that messages refer to by name.", &x.path);
  v.field("description", x.description, {.doc = "For people."});
  v.field("media_type", x.media_type, {.doc = "Must agree with the bytes.", .required = true, .non_empty = true});
  v.field("data_base64", x.data_base64, {.doc = "The file.", .required = true, .non_empty = true});
  v.field("sha256", x.sha256, {.doc = "Of the file's bytes, in hexadecimal.", .required = true, .non_empty = true});
}

void describe(config::Visitor& v, Fixtures& x) {
  v.object("Fixtures", "What several probes share.");
  v.field("images", x.images, {.doc = "Pictures by name."});
}

void describe(config::Visitor& v, Padding& x) {
  v.object("Padding", "Lines of filler around the query.");
  v.field("text", x.text, {.doc = "One line.", .required = true, .non_empty = true});
  v.field("repeat", x.repeat, {.doc = "How many lines.", .min = 1, .max = kMostRepeats});
  v.field("placement", x.placement, {.doc = "before, after, or around (half before, half after)."});
}

void describe(config::Visitor& v, GeneratedText& x) {
  v.object("GeneratedText", "A text part that brings a message to a size.");
  v.field("message_index", x.message_index, {.doc = "Which message.", .min = 0});
  v.field("content_index", x.content_index, {.doc = "Where among its content parts.", .min = 0});
  v.field("target_text_bytes", x.target_text_bytes,
          {.doc = "Bytes of text the message shall have.", .required = true, .min = 1, .max = kMostTextBytes});
  v.field("character", x.character, {.doc = "What the text is made of.", .non_empty = true});
}

void describe(config::Visitor& v, Variant& x) {
  v.object("Variant", "One request: exactly one of query and messages.", &x.path);
  v.field("id", x.id, {.doc = "Unique in its decision.", .required = true, .non_empty = true});
  v.field("query", x.query, {.doc = "A text by itself.", .non_empty = true});
  v.field("messages", x.messages, {.doc = "OpenAI messages.", .non_empty = true});
  v.field("tools", x.tools, {.doc = "OpenAI tools."});
  v.field("repeat", x.repeat, {.doc = "The query that often, joined by newlines.", .min = 1, .max = kMostRepeats});
  v.field("padding", x.padding, {.doc = "Filler around the query."});
  v.field("generated_text", x.generated_text, {.doc = "A long text part in a message."});
  v.field("tags", x.tags, {.doc = "Groups of the report."});
  v.field("notes", x.notes, {.doc = "For people."});
  v.field("expected_signals", x.expected_signals, {.doc = "Besides the decision's."});
}

void describe(config::Visitor& v, Robustness& x) {
  v.object("Robustness", "What is asked of one decision's probes.");
  v.field("min_pass_rate", x.min_pass_rate,
          {.doc = "Percent, instead of min_decision_pass_rate.", .min = 0, .max = 100});
}

void describe(config::Visitor& v, DecisionProbes& x) {
  v.object("DecisionProbes", "Requests that shall be routed alike.", &x.path);
  v.field("id", x.id, {.doc = "Unique in the file.", .required = true, .non_empty = true});
  v.field("expected_decision", x.expected_decision, {.doc = "Default: id. \"\": no decision matches."});
  v.field("model", x.model, {.doc = "The request's model; without it the default recipe judges."});
  v.field("expected_recipe", x.expected_recipe, {.doc = "The recipe that judges."});
  v.field("expected_algorithm", x.expected_algorithm,
          {.doc = "The decision's algorithm; selection is then checked too."});
  v.field("expected_plugins", x.expected_plugins, {.doc = "Types of the decision's plugins."});
  v.field("forbidden_plugins", x.forbidden_plugins, {.doc = "Types that it must not have."});
  v.field("plugin_match", x.plugin_match, {.doc = "contains or exact."});
  v.field("expected_alias", x.expected_alias, {.doc = "A model among the recommended ones."});
  v.field("expected_signals", x.expected_signals, {.doc = "Matched signals: names by type."});
  v.field("forbidden_signals", x.forbidden_signals, {.doc = "Signals that must not match."});
  v.field("signal_match", x.signal_match, {.doc = "contains or exact."});
  v.field("robustness", x.robustness, {.doc = "Pass rate of this decision."});
  v.field("objective", x.objective, {.doc = "For people."});
  v.field("notes", x.notes, {.doc = "For people."});
  v.field("variants", x.variants, {.doc = "The requests.", .required = true, .non_empty = true});
}

void describe(config::Visitor& v, Acceptance& x) {
  v.object("Acceptance", "When the whole file counts as passed.");
  v.field("min_probe_pass_rate", x.min_probe_pass_rate, {.doc = "Percent of all probes.", .min = 0, .max = 100});
  v.field("min_decision_pass_rate", x.min_decision_pass_rate, {.doc = "Percent, per decision.", .min = 0, .max = 100});
}

void describe(config::Visitor& v, Coverage& x) {
  v.object("Coverage", "How much of a configuration the file itself asserts.");
  v.field("min_signal_assertion_percent", x.min_signal_assertion_percent,
          {.doc = "Signals and projection outputs named in expectations.", .min = 0, .max = 100});
  v.field("min_projection_assertion_percent", x.min_projection_assertion_percent,
          {.doc = "Projection outputs named in expectations.", .min = 0, .max = 100});
  v.field("min_algorithm_assertion_percent", x.min_algorithm_assertion_percent,
          {.doc = "Decisions whose algorithm is expected.", .min = 0, .max = 100});
  v.field("min_plugin_assertion_percent", x.min_plugin_assertion_percent,
          {.doc = "Plugins of decisions that are expected.", .min = 0, .max = 100});
  v.field("required_request_shapes", x.required_request_shapes,
          {.doc = "text, messages, tools, image, or shape: tags."});
  v.field("min_tag_counts", x.min_tag_counts, {.doc = "Probes per group of tags.", .min = 0});
  v.field("min_tag_pass_rate", x.min_tag_pass_rate, {.doc = "Percent per group of tags.", .min = 0, .max = 100});
}

void describe(config::Visitor& v, RoutingAssets& x) {
  v.object("RoutingAssets", "What the probes were written for; not read.");
  v.field("yaml", x.yaml, {.doc = "Configuration."});
  v.field("dsl", x.dsl, {.doc = "Its source in VSR's language."});
}

void describe(config::Visitor& v, Evaluation& x) {
  v.object("Evaluation", "For runners that post the probes to a server.");
  v.field("request_timeout_seconds", x.request_timeout_seconds, {.doc = "Per request.", .min = 0});
  v.field("concurrency", x.concurrency, {.doc = "Requests at a time.", .min = 1});
}

void describe(config::Visitor& v, ProbeFile& x) {
  static constexpr std::array<std::string_view, 1> kVersions{"v1"};
  v.object("Probe file", "Requests with the routing that is expected of them.");
  v.field("schema_version", x.schema_version, {.doc = "Version of this layout.", .choices = kVersions});
  v.field("name", x.name, {.doc = "For people."});
  v.field("description", x.description, {.doc = "For people."});
  v.field("routing_assets", x.routing_assets, {.doc = "What the probes were written for; not read."});
  v.field("router_eval_endpoint", x.router_eval_endpoint, {.doc = "For runners that post the probes; not used here."});
  v.field("evaluation", x.evaluation, {.doc = "For runners that post the probes; not used here."});
  v.field("acceptance", x.acceptance, {.doc = "When the whole file counts as passed."});
  v.field("coverage", x.coverage, {.doc = "How much of a configuration the file asserts."});
  v.field("fixtures", x.fixtures, {.doc = "What several probes share."});
  v.field("decisions", x.decisions, {.doc = "The probes.", .required = true, .non_empty = true});
}

}  // namespace signalbox::probes
