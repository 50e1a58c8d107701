// embedding: similarity of the request to example texts (or of its picture to descriptions). Needs an embedding model.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

enum class Aggregation : std::uint8_t { mean, max, any };
constexpr std::array<config::EnumName, 3> kAggregations{{
    {static_cast<int>(Aggregation::mean), "mean"},
    {static_cast<int>(Aggregation::max), "max"},
    {static_cast<int>(Aggregation::any), "any"},
}};
std::span<const config::EnumName> enum_names(Aggregation) { return kAggregations; }

enum class QueryModality : std::uint8_t { text, image, audio };
constexpr std::array<config::EnumName, 3> kModalities{{
    {static_cast<int>(QueryModality::text), "text"},
    {static_cast<int>(QueryModality::image), "image"},
    {static_cast<int>(QueryModality::audio), "audio"},
}};
std::span<const config::EnumName> enum_names(QueryModality) { return kModalities; }

struct EmbeddingRule : RuleBase {
  double threshold = 0;
  std::vector<std::string> candidates;
  Aggregation aggregation_method = Aggregation::max;
  QueryModality query_modality = QueryModality::text;
};

void describe(config::Visitor& v, EmbeddingRule& x) {
  describe_rule(v, x, "EmbeddingSignal", "Matches when the request is similar to example texts.");
  v.field("threshold", x.threshold, {.doc = "Similarity from which the rule matches.", .min = -1, .max = 1});
  v.field("candidates", x.candidates, {.doc = "Example texts; for pictures, descriptions of them.", .required = true});
  v.field("aggregation_method", x.aggregation_method,
          {.doc = "How similarities to several examples become one score. Under v0.3, max and any are VSR's blend of "
                  "the best and the mean of the best two."});
  v.field("query_modality", x.query_modality, {.doc = "text, or image (needs a multimodal model). audio is refused."});
}

bool usable(const EmbeddingRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_threshold(rule, "threshold", rule.threshold, -1, diagnostics);
  good = check_texts(rule.path, "candidates", rule.candidates, false, diagnostics) && good;
  if (rule.query_modality == QueryModality::audio) {
    diagnostics.error(config::join(rule.path, "query_modality"), "unsupported_modality",
                      "no model compares audio (VSR refuses it too)", "use text or image");
    good = false;
  }
  return good;
}

std::unique_ptr<Family> compile(const std::vector<EmbeddingRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  for (Leaf& leaf : leaves) {
    const EmbeddingRule& rule = rules[leaf.rule];
    // Under v1 a rule over pictures that cannot be judged must not wave the request through.
    if (context.v1 && rule.query_modality == QueryModality::image) leaf.security = rule.security.value_or(true);
  }
  std::erase_if(leaves, [&](const Leaf& leaf) { return !usable(rules[leaf.rule], diagnostics); });
  return missing_model(std::move(leaves), {.what = "embedding model", .coupled = true});
}

}  // namespace

extern const Type kEmbedding = with_rules<EmbeddingRule, compile>({
    .key = "embeddings",
    .leaf = "embedding",
    .matched_key = "embeddings",
    .header = "embeddings",
    .doc = "Similarity of the request's text or picture to example texts.",
    .needs_model = true,
});

}  // namespace signalbox::signals
