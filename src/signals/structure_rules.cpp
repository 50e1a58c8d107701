#include <algorithm>
#include <array>

#include "signals/structure.h"

namespace signalbox::signals {
namespace {

using config::EnumName;
using config::join;
using enum StructureSourceType;

constexpr std::array<EnumName, 4> kMeasures{{
    {static_cast<int>(StructureMeasure::exists), "exists"},
    {static_cast<int>(StructureMeasure::count), "count"},
    {static_cast<int>(StructureMeasure::density), "density"},
    {static_cast<int>(StructureMeasure::sequence), "sequence"},
}};
constexpr std::array<EnumName, 4> kSources{{
    {static_cast<int>(regex), "regex"},
    {static_cast<int>(keyword_set), "keyword_set"},
    {static_cast<int>(sequence), "sequence"},
    {static_cast<int>(text_bytes), "text_bytes"},
}};

bool check_sequences(const StructureSource& source, config::Diagnostics& diagnostics) {
  const std::string path = join(source.path, "sequences");
  if (source.sequences.empty()) {
    diagnostics.error(path, "missing_sequences", "a source of type sequence needs sequences");
    return false;
  }
  bool good = true;
  for (std::size_t i = 0; i < source.sequences.size(); ++i) {
    if (source.sequences[i].size() >= 2) continue;
    diagnostics.error(join(path, i), "short_sequence", "a sequence needs at least two markers");
    good = false;
  }
  return good;
}

bool check_source(const StructureSource& source, config::Diagnostics& diagnostics) {
  if (source.type == regex && source.pattern.empty()) {
    diagnostics.error(join(source.path, "pattern"), "missing_pattern", "a source of type regex needs a pattern");
    return false;
  }
  if (source.type == keyword_set && source.keywords.empty()) {
    diagnostics.error(join(source.path, "keywords"), "missing_keywords",
                      "a source of type keyword_set needs keywords");
    return false;
  }
  return source.type != sequence || check_sequences(source, diagnostics);
}

}  // namespace

std::span<const EnumName> enum_names(StructureMeasure) { return kMeasures; }
std::span<const EnumName> enum_names(StructureSourceType) { return kSources; }

void describe(config::Visitor& v, StructureSource& x) {
  v.object("StructureSource", "What is looked for in the text.", &x.path);
  v.field("type", x.type,
          {.doc = "regex (pattern), keyword_set (keywords), sequence (sequences), text_bytes (size of the text).",
           .required = true});
  v.field("pattern", x.pattern, {.doc = "RE2 regular expression (type regex)."});
  v.field("keywords", x.keywords, {.doc = "Words or phrases, each counted where it stands as a word (type keyword_set)."});
  v.field("case_sensitive", x.case_sensitive,
          {.doc = "Whether case matters. By default it does not for keywords and markers; a regex is taken as written, "
                  "and false makes it match in any case."});
  v.field("sequences", x.sequences, {.doc = "Lists of markers that must occur in this order (type sequence)."});
}

void describe(config::Visitor& v, StructureFeature& x) {
  v.object("StructureFeature", "A number taken from the text.", &x.path);
  v.field("type", x.type,
          {.doc = "exists, count (occurrences), density (occurrences per word; each letter of Han, Kana, Hangul or Thai "
                  "is a word), sequence (markers in order).",
           .required = true});
  v.field("source", x.source, {.doc = "What is looked for.", .required = true});
}

void describe(config::Visitor& v, StructureRule& x) {
  describe_rule(v, x, "StructureSignal", "Matches on the shape of a text: counts, densities, ordered markers, size.");
  v.field("feature", x.feature, {.doc = "What is measured.", .required = true});
  v.field("predicate", x.predicate, {.doc = "Bounds on the number. Without it the rule matches when it is above 0."});
}

bool check(const StructureRule& rule, config::Diagnostics& diagnostics) {
  const StructureFeature& feature = rule.feature;
  bool good = check_source(feature.source, diagnostics);
  if ((feature.type == StructureMeasure::sequence) != (feature.source.type == sequence)) {
    diagnostics.error(join(feature.source.path, "type"), "source_mismatch",
                      "a feature of type sequence reads a source of type sequence, and only it does");
    good = false;
  }
  if (!rule.predicate) return good;
  if (feature.type == StructureMeasure::exists) {
    diagnostics.error(rule.predicate->path, "predicate_with_exists", "a feature of type exists takes no predicate",
                      "use type: count");
    return false;
  }
  return check(*rule.predicate, diagnostics) && good;
}

}  // namespace signalbox::signals
