#include "models/roberta.h"

#include <utility>

#include "models/bert.h"

namespace signalbox::models {
namespace {

struct RobertaConfig final : OwnConfig {
  std::int64_t padding = 1;  // id of the padding token
};

const RobertaConfig& own_of(const EncoderConfig& config) {
  return static_cast<const RobertaConfig&>(*config.own);
}

}  // namespace

EncoderConfig read_roberta_config(const JsonObject& config) {
  EncoderConfig encoder = read_bert_config(config);
  auto own = std::make_shared<RobertaConfig>();
  own->padding = config.has("pad_token_id") ? config.integer("pad_token_id", 0, encoder.vocabulary - 1) : 1;
  // Of the table's rows the first ones are for padding: 514 positions are 512 tokens.
  if (encoder.positions <= own->padding + 1) {
    config.refuse("max_position_embeddings", "leaves no position behind that of the padding token");
  }
  encoder.positions -= own->padding + 1;
  encoder.own = std::move(own);
  return encoder;
}

bool is_harmless_in_roberta(std::string_view tensor) {
  return tensor.find("pooler.") != std::string_view::npos || tensor.starts_with("lm_head.") ||
         tensor.ends_with("embeddings.position_ids");
}

std::unique_ptr<TextEncoder> make_roberta(const EncoderConfig& config, const tensor::Weights& weights,
                                          tensor::Arithmetic arithmetic) {
  const bool nested = weights.scope("roberta").has("embeddings.word_embeddings.weight");
  const std::int64_t padding = own_of(config).padding;
  return make_bert_with({.rows = config.positions + padding + 1, .padding = static_cast<std::uint32_t>(padding)},
                        config, weights.scope(nested ? "roberta" : ""), arithmetic);
}

std::unique_ptr<ClassificationHead> make_roberta_head(ClassifierTask task, const EncoderConfig& config,
                                                      const tensor::Weights& weights, std::size_t labels) {
  const tensor::WeightScope head = weights.scope("classifier");
  if (task == ClassifierTask::token) return each_token_head(std::nullopt, label_layer(head, config.hidden, labels));
  return pooled_head(HeadPooling::first,
                     HeadTransform{Dense(head.scope("dense"), config.hidden, config.hidden), HeadActivation::tanh},
                     label_layer(head.scope("out_proj"), config.hidden, labels));
}

}  // namespace signalbox::models
