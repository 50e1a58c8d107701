// The text tower that CLIP and SigLIP share: word and position embeddings, pre-norm layers, a norm of every token.
// Internal to models/.
//
// Used at load, by one thread; throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <memory>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

// What transformers takes where "text_config" says nothing.
struct TextDefaults {
  std::int64_t vocabulary, hidden, intermediate, heads, positions;
  const char* activation;
  double epsilon;
};
// Of "text_config", which may be left out. Leaves the contract and the projection to the architecture.
EncoderConfig read_pre_norm_text_config(const JsonObject& text, const TextDefaults& defaults);

// The scope is "text_model"; `after` is what AttentionShape says (0: causal).
std::unique_ptr<TextEncoder> make_pre_norm_text(const EncoderConfig& config, const tensor::WeightScope& scope,
                                                std::int64_t after, tensor::Arithmetic arithmetic);

// An object inside config.json, empty where it is left out.
JsonObject object_or_empty(const JsonObject& config, std::string_view key);

}  // namespace signalbox::models
