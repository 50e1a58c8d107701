// config.json of a DeBERTa: what its attention is made of, and what is refused.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/deberta.h"
#include "models/disentangled_attention.h"
#include "models/encoder_config.h"

namespace signalbox::models {
namespace {

// "p2c|c2p" or a list.
std::vector<std::string> words_of(const JsonObject& config, std::string_view key) {
  if (!config.has_text(key)) return config.texts(key);
  std::vector<std::string> words{""};
  for (const char c : config.text(key)) {
    if (c == '|') {
      words.emplace_back();
    } else if (c != ' ') {
      words.back() += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
  }
  return words;
}

void read_parts(const JsonObject& config, DebertaConfig& own) {
  for (const std::string& part : words_of(config, "pos_att_type")) {
    if (part == "c2p") {
      own.content_to_position = true;
    } else if (part == "p2c") {
      own.position_to_content = true;
    } else {
      config.refuse("pos_att_type", fmt::format("names \"{}\"; known are c2p and p2c", part.substr(0, 16)));
    }
  }
  for (const std::string& how : words_of(config, "norm_rel_ebd")) {
    if (how == "layer_norm") {
      own.normalised_positions = true;
    } else if (how != "none") {
      config.refuse("norm_rel_ebd", fmt::format("names \"{}\"; known are layer_norm and none", how.substr(0, 16)));
    }
  }
}

RelativePositions read_relative(const JsonObject& config, std::int64_t table) {
  if (!config.flag_or("relative_attention", false)) {
    config.refuse("relative_attention", "is not true; only models with relative attention are supported");
  }
  RelativePositions relative;
  if (config.has("position_buckets")) {
    relative.buckets = std::max<std::int64_t>(0, config.integer("position_buckets", -1, 1 << 12));
  }
  relative.furthest = config.has("max_relative_positions") ? config.integer("max_relative_positions", -1, 1 << 12) : -1;
  if (relative.furthest < 1) relative.furthest = table;
  if (relative.buckets == 1 || relative.buckets / 2 + 1 >= relative.furthest) {
    config.refuse("position_buckets", fmt::format("is {}: too few, or more than {} relative positions need",
                                                  relative.buckets, relative.furthest));
  }
  return relative;
}

// What a computation would silently ignore must not be there.
void refuse_other_ways(const JsonObject& config, const EncoderConfig& encoder) {
  if (config.has("conv_kernel_size") && config.integer("conv_kernel_size", 0, 1024) > 0) {
    config.refuse("conv_kernel_size", "asks for a convolution behind the first layer, which is not supported");
  }
  const std::pair<const char*, std::int64_t> kSame[] = {{"embedding_size", encoder.hidden},
                                                        {"pooler_hidden_size", encoder.hidden},
                                                        {"attention_head_size", encoder.head_dimension}};
  for (const auto& [key, expected] : kSame) {
    if (config.has(key) && config.integer(key, 1, 1 << 20) != expected) {
      config.refuse(key, fmt::format("is not {}, the only size that is supported here", expected));
    }
  }
}

}  // namespace

EncoderConfig read_deberta_config(const JsonObject& config) {
  EncoderConfig encoder = read_sizes(config);
  encoder.types = config.has("type_vocab_size") ? config.integer("type_vocab_size", 0, 64) : 0;
  encoder.activation = read_activation(config, "hidden_act", "gelu");
  encoder.epsilon = static_cast<float>(config.number_or("layer_norm_eps", 1e-7, 0, 1));
  check_heads(config, encoder);
  refuse_other_ways(config, encoder);
  auto own = std::make_shared<DebertaConfig>();
  own->relative = read_relative(config, encoder.positions);
  read_parts(config, *own);
  own->share_projections = config.flag_or("share_att_key", false);
  own->absolute_positions = config.flag_or("position_biased_input", true);
  own->pooler_activation = read_activation(config, "pooler_hidden_act", "gelu");
  own->head_dimension = encoder.head_dimension;
  encoder.own = std::move(own);
  return encoder;
}

}  // namespace signalbox::models
