// structure: counts, densities and ordered markers in a text. Rule struct and its checks.
//
// Internal to signals/; a rule is plain data, owned by the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "signals/rule.h"

namespace signalbox::signals {

enum class StructureMeasure : std::uint8_t { exists, count, density, sequence };
enum class StructureSourceType : std::uint8_t { regex, keyword_set, sequence, text_bytes };
std::span<const config::EnumName> enum_names(StructureMeasure);
std::span<const config::EnumName> enum_names(StructureSourceType);

struct StructureSource {
  std::string path;
  StructureSourceType type = StructureSourceType::regex;
  std::string pattern;
  std::vector<std::string> keywords;
  // Absent: keywords and markers in any case, a regex as it is written (VSR); false adds (?i) to a regex.
  std::optional<bool> case_sensitive;
  std::vector<std::vector<std::string>> sequences;
};
void describe(config::Visitor& v, StructureSource& x);

struct StructureFeature {
  std::string path;
  StructureMeasure type = StructureMeasure::exists;
  StructureSource source;
};
void describe(config::Visitor& v, StructureFeature& x);

struct StructureRule : TextRule {
  StructureFeature feature;
  std::optional<NumericPredicate> predicate;
};
void describe(config::Visitor& v, StructureRule& x);

// Reports what is wrong with a rule (patterns apart). True when it can be evaluated.
bool check(const StructureRule& rule, config::Diagnostics& diagnostics);

}  // namespace signalbox::signals
