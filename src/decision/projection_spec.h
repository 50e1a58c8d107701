// `routing.projections` as written: partitions, weighted scores, bands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace signalbox::decision {

enum class PartitionSemantics : std::uint8_t { exclusive, softmax_exclusive };
enum class ValueSource : std::uint8_t { binary, confidence, raw, score };
enum class MappingMethod : std::uint8_t { threshold_bands, multi_emit };

struct PartitionSpec {
  std::string path, name;
  PartitionSemantics semantics = PartitionSemantics::exclusive;
  std::optional<double> temperature;
  std::vector<std::string> members;
  std::string fallback;  // `default`
};

struct ScoreInputSpec {
  std::string path, type, name, kb, metric;
  double weight = 1;
  std::optional<ValueSource> value_source;
  std::optional<double> match, miss;
};

// The kb signal that carries the metric of a kb_metric input.
inline std::string kb_leaf(const ScoreInputSpec& input) {
  return input.kb + "/" + input.metric;
}

struct ScoreSpec {
  std::string path, name, method = "weighted_sum";
  std::vector<ScoreInputSpec> inputs;
};

struct CalibrationSpec {
  std::string method = "sigmoid_distance";
  double slope = 12;
};

struct BandSpec {
  std::string path, name;
  std::optional<double> gt, gte, lt, lte;
};

struct MappingSpec {
  std::string path, name, source;
  MappingMethod method = MappingMethod::threshold_bands;
  std::optional<CalibrationSpec> calibration;
  std::vector<BandSpec> outputs;
};

struct ProjectionsSpec {
  std::string path;
  std::vector<PartitionSpec> partitions;
  std::vector<ScoreSpec> scores;
  std::vector<MappingSpec> mappings;
};

std::span<const config::EnumName> enum_names(PartitionSemantics);
std::span<const config::EnumName> enum_names(ValueSource);
std::span<const config::EnumName> enum_names(MappingMethod);
void describe(config::Visitor& v, PartitionSpec& x);
void describe(config::Visitor& v, ScoreInputSpec& x);
void describe(config::Visitor& v, ScoreSpec& x);
void describe(config::Visitor& v, CalibrationSpec& x);
void describe(config::Visitor& v, BandSpec& x);
void describe(config::Visitor& v, MappingSpec& x);
void describe(config::Visitor& v, ProjectionsSpec& x);

}  // namespace signalbox::decision
