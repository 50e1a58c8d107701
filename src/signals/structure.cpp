// structure: counts, densities, ordered markers and sizes. All patterns of a scope are found in one pass.
#include "signals/structure.h"

#include <algorithm>
#include <cmath>

#include "signals/family.h"
#include "signals/pattern_pool.h"
#include "text/unicode.h"

namespace signalbox::signals {
namespace {

// More occurrences of one pattern are not counted; the value is then a lower bound.
constexpr std::size_t kCounted = 65'536;

// What a measured number says about the true one.
enum class Certainty : std::uint8_t {
  exact,
  at_least,  // occurrences may stand in what was not read, or were too many to count
  none,      // a density of a text that was partly read
};

struct Measured {
  double value = 0;
  Certainty certainty = Certainty::exact;
  std::vector<Finding> findings;
};

struct Compiled {
  Scope scope = Scope::last_user;
  StructureMeasure measure = StructureMeasure::exists;
  StructureSourceType source = StructureSourceType::regex;
  std::vector<std::size_t> patterns;                // regex, keyword_set
  std::vector<std::vector<std::size_t>> sequences;  // sequence
  std::vector<std::string> names;                   // of patterns, for findings
  std::optional<NumericPredicate> predicate;
};

bool can_hold_above(const NumericPredicate& p, double value) {
  return (!p.lt || value < *p.lt) && (!p.lte || value <= *p.lte);
}

Truth decide(const Measured& measured, const std::optional<NumericPredicate>& predicate) {
  const double value = measured.value;
  const bool holds = predicate ? predicate->holds(value) : value > 0;
  if (measured.certainty == Certainty::exact) return holds ? Truth::match : Truth::no_match;
  const bool bounded_above = predicate && (predicate->lt || predicate->lte);
  if (measured.certainty == Certainty::at_least) {
    if (holds && !bounded_above) return Truth::match;
    if (predicate && !can_hold_above(*predicate, value)) return Truth::no_match;
  }
  return holds && !predicate ? Truth::match : Truth::unknown;
}

// VSR: sigmoid(4 · distance to the first bound), at least 0.5.
double confidence_of(double value, const std::optional<NumericPredicate>& predicate) {
  if (!predicate) return 1.0;
  double distance = 0;
  if (predicate->gt) {
    distance = value - *predicate->gt;
  } else if (predicate->gte) {
    distance = value - *predicate->gte;
  } else if (predicate->lt) {
    distance = *predicate->lt - value;
  } else if (predicate->lte) {
    distance = *predicate->lte - value;
  }
  return std::max(0.5, 1.0 / (1.0 + std::exp(-4.0 * distance)));
}

// End of the markers when they occur in this order without overlap, and where each was found.
std::optional<std::vector<text::PatternMatch>> in_order(const std::vector<std::size_t>& markers, const Hits& hits) {
  std::vector<text::PatternMatch> found;
  std::uint32_t from = 0;
  for (const std::size_t marker : markers) {
    const auto places = hits.of(marker);
    const auto next = std::find_if(places.begin(), places.end(), [&](const auto& m) { return m.begin >= from; });
    if (next == places.end()) return std::nullopt;
    found.push_back(*next);
    from = next->end;
  }
  return found;
}

class StructureFamily final : public RuleFamily<Compiled> {
 public:
  explicit StructureFamily(ScopePools pools) : pools_(std::move(pools)) {}

  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    return scope_cost(rules()[leaf].scope, evidence);
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    ScopeHits hits(pools_, kCounted);
    judge_each(wanted, results, [&](std::size_t leaf) { return judge(rules()[leaf], context, hits); });
  }

 private:
  SignalResult judge(const Compiled& rule, EvalContext& context, ScopeHits& hits) const {
    const ScopeText& text = context.scopes.get(rule.scope);
    Measured measured = measure(rule, text, hits);
    const Truth truth = decide(measured, rule.predicate);
    SignalResult result = truth == Truth::unknown
                              ? SignalResult::unknown(Reason::not_judged, "the text was read in part only")
                              : SignalResult{};
    result.truth = truth;
    if (truth == Truth::match) result.confidence = confidence_of(measured.value, rule.predicate);
    result.value = measured.value;
    result.findings = std::move(measured.findings);
    return result;
  }

  Measured measure(const Compiled& rule, const ScopeText& text, ScopeHits& scope_hits) const {
    Measured measured;
    if (!text.complete) measured.certainty = Certainty::at_least;
    if (rule.source == StructureSourceType::text_bytes) {
      measured.value = static_cast<double>(text.text.size());
    } else {
      const Hits& hits = scope_hits.in(rule.scope, text);
      if (rule.source == StructureSourceType::sequence) {
        count_sequences(rule, text, hits, measured);
      } else {
        count_patterns(rule, text, hits, measured);
      }
    }
    if (rule.measure == StructureMeasure::density) {
      const std::size_t units = text::count_units(text.text);
      measured.value = units == 0 ? 0 : measured.value / static_cast<double>(units);
      if (!text.complete) measured.certainty = Certainty::none;
    }
    return measured;
  }

  static void count_patterns(const Compiled& rule, const ScopeText& text, const Hits& hits, Measured& measured) {
    for (std::size_t i = 0; i < rule.patterns.size(); ++i) {
      const auto places = hits.of(rule.patterns[i]);
      measured.value += static_cast<double>(places.size());
      if (places.size() >= kCounted) measured.certainty = Certainty::at_least;
      for (const text::PatternMatch& place : places) {
        if (measured.findings.size() == kMaxFindings) break;
        measured.findings.push_back(text.locate(rule.names[i], place.begin, place.end));
      }
    }
  }

  static void count_sequences(const Compiled& rule, const ScopeText& text, const Hits& hits, Measured& measured) {
    for (std::size_t i = 0; i < rule.sequences.size(); ++i) {
      const auto found = in_order(rule.sequences[i], hits);
      if (!found) continue;
      measured.value += 1;
      if (measured.findings.size() == kMaxFindings) continue;
      measured.findings.push_back(text.locate(rule.names[i], found->front().begin, found->back().end));
    }
  }

  ScopePools pools_;
};

class Compiler {
 public:
  explicit Compiler(config::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::optional<Compiled> compile(const StructureRule& rule) {
    if (!check(rule, diagnostics_)) return std::nullopt;
    const StructureSource& source = rule.feature.source;
    PatternPool& pool = pools.of(rule.scope);
    Compiled compiled;
    compiled.scope = rule.scope;
    compiled.measure = rule.feature.type;
    compiled.source = source.type;
    compiled.predicate = rule.predicate;
    bool good = true;
    if (source.type == StructureSourceType::regex) {
      const bool sensitive = source.case_sensitive.value_or(true);
      good = add(pool, {text::Pattern::Kind::regex, source.pattern, sensitive}, config::join(source.path, "pattern"),
                 compiled.patterns);
      compiled.names.push_back(source.pattern);
    } else if (source.type == StructureSourceType::keyword_set) {
      good = add_keywords(pool, source, compiled);
    } else if (source.type == StructureSourceType::sequence) {
      good = add_sequences(pool, source, compiled);
    }
    if (!good) return std::nullopt;
    return compiled;
  }

  ScopePools pools;

 private:
  bool add(PatternPool& pool, text::Pattern pattern, const std::string& path, std::vector<std::size_t>& numbers) {
    const auto number = pool.add(std::move(pattern), path, diagnostics_);
    if (number) numbers.push_back(*number);
    return number.has_value();
  }

  bool add_literals(PatternPool& pool, const std::vector<std::string>& literals, const StructureSource& source,
                    const std::string& path, std::vector<std::size_t>& numbers) {
    bool good = true;
    for (std::size_t i = 0; i < literals.size(); ++i) {
      good = add(pool, {text::Pattern::Kind::literal, literals[i], source.case_sensitive.value_or(false)},
                 config::join(path, i), numbers) && good;
    }
    return good;
  }

  // "JSON" beside "json" is the same keyword unless case matters: counted once.
  bool add_keywords(PatternPool& pool, const StructureSource& source, Compiled& compiled) {
    std::vector<std::size_t> numbers;
    const bool good = add_literals(pool, source.keywords, source, config::join(source.path, "keywords"), numbers);
    for (std::size_t i = 0; good && i < numbers.size(); ++i) {
      if (std::find(compiled.patterns.begin(), compiled.patterns.end(), numbers[i]) != compiled.patterns.end()) continue;
      compiled.patterns.push_back(numbers[i]);
      compiled.names.push_back(source.keywords[i]);
    }
    return good;
  }

  bool add_sequences(PatternPool& pool, const StructureSource& source, Compiled& compiled) {
    bool good = true;
    for (std::size_t i = 0; i < source.sequences.size(); ++i) {
      const std::string path = config::join(config::join(source.path, "sequences"), i);
      good = add_literals(pool, source.sequences[i], source, path, compiled.sequences.emplace_back()) && good;
      std::string& name = compiled.names.emplace_back();
      for (const std::string& marker : source.sequences[i]) name += (name.empty() ? "" : " … ") + marker;
    }
    return good;
  }

  config::Diagnostics& diagnostics_;
};

std::unique_ptr<Family> compile(const std::vector<StructureRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  Compiler compiler(diagnostics);
  std::vector<std::pair<Leaf, Compiled>> usable;
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    if (auto compiled = compiler.compile(rules[leaf.rule])) usable.emplace_back(std::move(leaf), std::move(*compiled));
  }
  if (!compiler.pools.build(config::join(context.signals_path, "structure"), diagnostics)) return nullptr;
  auto family = std::make_unique<StructureFamily>(std::move(compiler.pools));
  for (auto& [leaf, compiled] : usable) family->add(std::move(leaf), std::move(compiled));
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kStructure = with_rules<StructureRule, compile>({
    .key = "structure",
    .leaf = "structure",
    .matched_key = "structure",
    .header = "structure",
    .doc = "The shape of a text: occurrences, densities, ordered markers, size.",
});

}  // namespace signalbox::signals
