// What architecture files read config.json with: the keys that Hugging Face spells alike for all of them.
//
// Pure. Throws tensor::LoadError naming file and key.
#pragma once

#include <string>
#include <string_view>

#include "models/json_file.h"
#include "models/model_config.h"

namespace signalbox::models {

// hidden_size, num_hidden_layers, num_attention_heads, intermediate_size, vocab_size, max_position_embeddings; heads
// that divide the width evenly; a feed-forward without a gate. The architecture corrects what it has otherwise.
EncoderConfig read_sizes(const JsonObject& config);

// "gelu" is the exact one, as in transformers.
Activation read_activation(const JsonObject& config, std::string_view key, const std::string& otherwise);

// The same, and "quick_gelu", which the towers of joint models have.
Activation read_tower_activation(const JsonObject& config, std::string_view key, const std::string& otherwise);

// The base of the rotary embedding's frequencies: "rope_theta" in "rope_parameters", or there in what `layer_type`
// names, or, in older files, under `old_key`. Refuses frequencies that are scaled.
double read_theta(const JsonObject& config, std::string_view layer_type, std::string_view old_key, double otherwise);

// `encoder.head_dimension`, which comes from `key`.
void check_head_dimension(const JsonObject& config, std::string_view key, const EncoderConfig& encoder);
// `encoder.head_dimension` and the numbers of heads: what attention can compute.
void check_heads(const JsonObject& config, const EncoderConfig& encoder);

}  // namespace signalbox::models
