#include "decision/projection_spec.h"

#include <array>

namespace signalbox::decision {

std::span<const config::EnumName> enum_names(PartitionSemantics) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "exclusive"}, {1, "softmax_exclusive"}}};
  return kNames;
}
std::span<const config::EnumName> enum_names(ValueSource) {
  static constexpr std::array<config::EnumName, 4> kNames{{{0, "binary"}, {1, "confidence"}, {2, "raw"}, {3, "score"}}};
  return kNames;
}
std::span<const config::EnumName> enum_names(MappingMethod) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "threshold_bands"}, {1, "multi_emit"}}};
  return kNames;
}

void describe(config::Visitor& v, PartitionSpec& x) {
  v.object("Partition", "At most one member of a group of domain or embedding rules stays matched.", &x.path);
  v.field("name", x.name, {.doc = "Name of the partition.", .required = true, .non_empty = true});
  v.field("semantics", x.semantics,
          {.doc = "exclusive keeps the highest score; softmax_exclusive also makes its confidence "
                  "the softmax over the contenders."});
  v.field("temperature", x.temperature, {.doc = "Softmax temperature, above 0; needed by softmax_exclusive."});
  v.field("members", x.members, {.doc = "Rule names, all of one type.", .required = true, .non_empty = true});
  v.field("default", x.fallback, {.doc = "The member that counts as matched when none does.", .required = true});
}

void describe(config::Visitor& v, ScoreInputSpec& x) {
  v.object("ScoreInput", "One weighted term of a score.", &x.path);
  v.field("type", x.type, {.doc = "A signal type, `kb_metric`, or `projection`.", .required = true});
  v.field("name", x.name, {.doc = "The signal's (or projection's) name."});
  v.field("kb", x.kb, {.doc = "kb_metric: the knowledge base."});
  v.field("metric", x.metric, {.doc = "kb_metric: the metric's name, best_score or best_matched_score."});
  v.field("weight", x.weight, {.doc = "Factor of the value.", .required = true});
  v.field(
      "value_source", x.value_source,
      {.doc = "binary (default): `match` or `miss`; confidence: the confidence of a match, else 0; raw: the raw value; "
              "score: of another score (default for projection)."});
  v.field("match", x.match, {.doc = "binary: value of a match, 1 unless set (0 counts as unset under v0.3)."});
  v.field("miss", x.miss, {.doc = "binary: value without a match, 0 unless set."});
}

void describe(config::Visitor& v, ScoreSpec& x) {
  static constexpr std::array<std::string_view, 1> kMethods{"weighted_sum"};
  v.object("Score", "A number computed from signals.", &x.path);
  v.field("name", x.name, {.doc = "Name of the score.", .required = true, .non_empty = true});
  v.field("method", x.method, {.doc = "Sum of weight times value.", .choices = kMethods});
  v.field("inputs", x.inputs, {.doc = "The terms.", .required = true, .non_empty = true});
}

void describe(config::Visitor& v, CalibrationSpec& x) {
  static constexpr std::array<std::string_view, 1> kMethods{"sigmoid_distance"};
  v.object("Calibration", "How the distance to a band's bound becomes a confidence.");
  v.field("method", x.method, {.doc = "1 / (1 + exp(-slope * distance)).", .choices = kMethods});
  v.field("slope", x.slope, {.doc = "Steepness, above 0."});
}

void describe(config::Visitor& v, BandSpec& x) {
  v.object("Band", "A named range of a score; usable as a `projection` leaf.", &x.path);
  v.field("name", x.name,
          {.doc = "Name of the output, unique over all mappings.", .required = true, .non_empty = true});
  v.field("gt", x.gt, {.doc = "Lower bound, exclusive."});
  v.field("gte", x.gte, {.doc = "Lower bound, inclusive."});
  v.field("lt", x.lt, {.doc = "Upper bound, exclusive."});
  v.field("lte", x.lte, {.doc = "Upper bound, inclusive."});
}

void describe(config::Visitor& v, MappingSpec& x) {
  v.object("Mapping", "Bands over a score.", &x.path);
  v.field("name", x.name, {.doc = "Name of the mapping.", .required = true, .non_empty = true});
  v.field("source", x.source, {.doc = "The score.", .required = true});
  v.field("method", x.method, {.doc = "threshold_bands: the first band that holds; multi_emit: all that hold."});
  v.field("calibration", x.calibration, {.doc = "Confidence of an output."});
  v.field("outputs", x.outputs, {.doc = "The bands, in order.", .required = true, .non_empty = true});
}

void describe(config::Visitor& v, ProjectionsSpec& x) {
  v.object("Projections", "Signals derived from signals: partitions, scores, bands.", &x.path);
  v.field("partitions", x.partitions, {.doc = "Groups of which one member wins."});
  v.field("scores", x.scores, {.doc = "Weighted sums."});
  v.field("mappings", x.mappings, {.doc = "Bands over scores."});
}

}  // namespace signalbox::decision
