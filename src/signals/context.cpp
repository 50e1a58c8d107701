// context: how many tokens the request takes, in bands.
//
// Counted by the tokenizer of the configured embedding model where one is loaded, else estimated from the text
// (text/tokens.h); the result says which. It counts every message, and the tools that are offered and called; pictures
// and files are not counted.
#include <fmt/format.h>

#include <limits>

#include "config/values.h"
#include "signals/family.h"
#include "text/tokens.h"

namespace signalbox::signals {
namespace {

constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();

struct ContextRule : RuleBase {
  std::optional<config::TokenCount> min_tokens;
  std::optional<config::TokenCount> max_tokens;
};

void describe(config::Visitor& v, ContextRule& x) {
  describe_rule(v, x, "ContextSignal", "Matches when the request's token count lies in a band.");
  v.field("min_tokens", x.min_tokens, {.doc = "Lower end, inclusive: 999, 8K, 1M (K = 1,000). Absent: 0."});
  v.field("max_tokens", x.max_tokens,
          {.doc = "Upper end, inclusive. Absent: none under v1; under v0.3 it is 0 as in VSR, and the rule never "
                  "matches."});
}

struct Band {
  std::int64_t min = 0;
  std::int64_t max = kUnbounded;
};

// How many tokens a text has: by a tokenizer that is there, or by an estimate.
class TokenCounter {
 public:
  explicit TokenCounter(const EmbeddingModel* model) : tokenizer_(model != nullptr ? model->embedder : nullptr) {
    if (tokenizer_) special_ = tokenizer_->count_tokens("");
  }

  bool exact() const { return tokenizer_ != nullptr; }
  // Without the special tokens that a model puts around each text.
  std::int64_t count(std::string_view text) const {
    return tokenizer_ ? std::int64_t{tokenizer_->count_tokens(text)} - special_ : estimator_.estimate(text);
  }
  std::string detail() const {
    return tokenizer_ ? "counted by the tokenizer of " + tokenizer_->info().name : "estimated from the text";
  }

 private:
  std::shared_ptr<const models::TextEmbedder> tokenizer_;
  std::int64_t special_ = 0;
  text::TokenEstimator estimator_;
};

class ContextFamily final : public RuleFamily<Band> {
 public:
  explicit ContextFamily(TokenCounter counter) : counter_(std::move(counter)), detail_(counter_.detail()) {}
  Cost cost(std::size_t, const evidence::Evidence&) const override {
    return counter_.exact() ? Cost::tokens : Cost::scan;
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    std::optional<std::int64_t> tokens;
    judge_each(wanted, results, [&](std::size_t leaf) {
      if (!tokens) tokens = count(context.evidence);
      const Band& band = rules()[leaf];
      SignalResult result = *tokens >= band.min && *tokens <= band.max ? SignalResult::matched() : SignalResult{};
      result.value = static_cast<double>(*tokens);
      result.detail = detail_;
      return result;
    });
  }

 private:
  std::int64_t count(const evidence::Evidence& evidence) const {
    std::int64_t tokens = 0;
    for (const evidence::Text& text : evidence.texts) tokens += counter_.count(text.text);
    for (const evidence::ToolDefinition& tool : evidence.tools) {
      for (const std::string_view text : {tool.name, tool.description, tool.parameters}) {
        tokens += counter_.count(text);
      }
    }
    for (const evidence::ToolCall& call : evidence.calls) {
      tokens += counter_.count(call.name) + counter_.count(call.arguments);
    }
    return tokens;
  }

  TokenCounter counter_;
  std::string detail_;
};

std::optional<Band> band_of(const ContextRule& rule, const CompileContext& context, config::Diagnostics& diagnostics) {
  Band band;
  if (rule.min_tokens) band.min = rule.min_tokens->tokens;
  if (rule.max_tokens) {
    band.max = rule.max_tokens->tokens;
  } else if (!context.v1) {
    band.max = 0;
    diagnostics.warning(rule.path, "never_matches", "without max_tokens the upper end is 0, as in VSR",
                        "set max_tokens, or use version: v1 where it is unbounded");
    return band;
  }
  if (band.max >= band.min) return band;
  diagnostics.error(config::join(rule.path, "max_tokens"), "reversed_band",
                    fmt::format("the band ends at {} before it begins at {}", band.max, band.min));
  return std::nullopt;
}

void warn_overlap(const Band& a, const RuleBase& first, const Band& b, const RuleBase& second,
                  config::Diagnostics& diagnostics) {
  const std::int64_t low = std::max(a.min, b.min);
  const std::int64_t high = std::min(a.max, b.max);
  if (low > high) return;
  const std::string to = high == kUnbounded ? " and more" : fmt::format(" to {}", high);
  diagnostics.warning(second.path, "overlapping_bands",
                      fmt::format("\"{}\" and \"{}\" both match {}{} tokens", first.name, second.name, low, to));
}

std::unique_ptr<Family> compile(const std::vector<ContextRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<ContextFamily>(TokenCounter(context.embedding));
  std::vector<std::pair<Band, std::size_t>> bands;
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const std::size_t rule = leaf.rule;
    const auto band = band_of(rules[rule], context, diagnostics);
    if (!band) continue;
    for (const auto& [other, index] : bands) warn_overlap(other, rules[index], *band, rules[rule], diagnostics);
    if (band->max >= band->min) bands.emplace_back(*band, rule);
    family->add(std::move(leaf), *band);
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kContext = with_rules<ContextRule, compile>({
    .key = "context",
    .leaf = "context",
    .matched_key = "context",
    .header = "context",
    .doc = "The number of tokens in the request.",
});

}  // namespace signalbox::signals
