// embedding: similarity of the request to example texts (or of its picture to descriptions). Needs an embedding model.
#include <fmt/format.h>

#include <array>

#include "signals/embedding_family.h"
#include "signals/missing_model.h"

namespace signalbox::signals {

// The type is shared with the settings, so its names are found outside of this file's own namespace.
std::span<const config::EnumName> enum_names(Aggregation) {
  static constexpr std::array<config::EnumName, 3> kNames{{
      {static_cast<int>(Aggregation::mean), "mean"},
      {static_cast<int>(Aggregation::max), "max"},
      {static_cast<int>(Aggregation::any), "any"},
  }};
  return kNames;
}

namespace {

enum class QueryModality : std::uint8_t { text, image, audio };
constexpr std::array<config::EnumName, 3> kModalities{{
    {static_cast<int>(QueryModality::text), "text"},
    {static_cast<int>(QueryModality::image), "image"},
    {static_cast<int>(QueryModality::audio), "audio"},
}};
std::span<const config::EnumName> enum_names(QueryModality) {
  return kModalities;
}

struct EmbeddingRule : TextRule {
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
  v.field("query_modality", x.query_modality,
          {.doc = "text, or image: the request's pictures, of which the best counts; needs multimodal_model_path. "
                  "audio is refused."});
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

EmbeddingJudge judge_of(const EmbeddingRule& rule, const MatchSettings& settings) {
  return {.threshold = rule.threshold,
          .blend = settings.blend_of(rule.aggregation_method),
          .scope = rule.scope,
          .image = rule.query_modality == QueryModality::image};
}

void warn_cut_examples(const EmbeddingRule& rule, const models::TextEmbedder& embedder,
                       config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < rule.candidates.size(); ++i) {
    const std::uint32_t tokens = embedder.count_tokens(rule.candidates[i]);
    if (tokens <= embedder.info().max_tokens) continue;
    diagnostics.warning(config::join(config::join(rule.path, "candidates"), i), "example_cut",
                        fmt::format("the model reads {} tokens, and this text has {}: its end counts for nothing",
                                    embedder.info().max_tokens, tokens));
  }
}

std::unique_ptr<Family> compile(const std::vector<EmbeddingRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  static const EmbeddingModel kNoModel;
  const EmbeddingModel& model = context.embedding != nullptr ? *context.embedding : kNoModel;
  const MatchSettings settings = resolve(model.settings, context.v1);
  auto family = std::make_unique<EmbeddingFamily>(model, settings);
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const EmbeddingRule& rule = rules[leaf.rule];
    if (!usable(rule, diagnostics)) continue;
    // Under v1 a rule over pictures that cannot be judged must not wave the request through.
    if (context.v1 && rule.query_modality == QueryModality::image) leaf.security = rule.security.value_or(true);
    const models::TextEmbedder* const reader =
        rule.query_modality == QueryModality::image ? model.pictures.towers.text.get() : model.embedder.get();
    if (reader != nullptr) warn_cut_examples(rule, *reader, diagnostics);
    family->add(std::move(leaf), judge_of(rule, settings), rule.candidates);
  }
  if (family->empty()) return nullptr;
  family->preload(config::join(context.signals_path, "embeddings"), diagnostics);
  return family;
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
