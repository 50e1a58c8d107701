// A text encoder: token ids in, one hidden vector for each token out. What an architecture file implements.
//
// Immutable after construction and shared by all workers. What one pass needs belongs to a worker's EncoderWorkspace,
// which is sized at construction: a pass allocates nothing of ours.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/model_config.h"
#include "tensor/buffer.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

// Sequences one after the other, without padding. starts has one entry more than there are sequences; sequence i is
// ids[starts[i] .. starts[i + 1]). types are the token type ids, of the same length as ids.
struct PackedBatch {
  std::span<const std::uint32_t> ids;
  std::span<const std::uint32_t> types;
  std::span<const std::uint32_t> starts;

  std::int64_t tokens() const { return static_cast<std::int64_t>(ids.size()); }
};

// Joins sequences into a PackedBatch; keeps its memory.
class SequencePack {
 public:
  void clear() {
    ids_.clear();
    starts_.assign(1, 0);
  }
  void add(std::span<const std::uint32_t> ids) {
    ids_.insert(ids_.end(), ids.begin(), ids.end());
    types_.resize(std::max(types_.size(), ids_.size()), 0);
    starts_.push_back(static_cast<std::uint32_t>(ids_.size()));
  }
  // Of single sequences: all token types are 0.
  PackedBatch batch() const { return {ids_, {types_.data(), ids_.size()}, starts_}; }

 private:
  std::vector<std::uint32_t> ids_, types_, starts_{0};
};

class EncoderWorkspace {
 public:
  EncoderWorkspace(const EncoderConfig& config, std::int64_t max_tokens);

  std::int64_t max_tokens;
  SequencePack pack;
  tensor::Buffer hidden;   // [tokens, hidden]: the state, and after a pass its result
  tensor::Buffer qkv;      // [tokens, (heads + 2 key_value_heads) * head_dimension]
  tensor::Buffer context;  // [tokens, heads * head_dimension]
  tensor::Buffer inner;    // [Linear::kMaxRows, up_width]
  tensor::Buffer scratch;  // of attention
  tensor::LinearRunner runner;
};

struct PassOptions {
  // Asked before each layer; false ends the pass.
  std::function<bool()> go_on;
  // Parity: called with 0 after the embeddings and with i after layer i; [tokens, hidden].
  std::function<void(std::int64_t layer, std::span<const float> hidden)> observe;
};

class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  virtual const EncoderConfig& config() const = 0;
  // True when it ran to its end: workspace.hidden holds [tokens, hidden]. Every id must be below the vocabulary, every
  // sequence at most config().positions long and the batch at most workspace.max_tokens.
  virtual bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions& options) const = 0;
};

// `config` is of a known model_type. Throws tensor::LoadError: a missing, odd or unexpected tensor, an arithmetic that
// this processor does not have.
std::unique_ptr<TextEncoder> make_text_encoder(const EncoderConfig& config, const tensor::SafetensorsFile& weights,
                                               tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32);
// Throws for a tensor that nobody took and that is not harmless for the architecture.
void refuse_unused(const EncoderConfig& config, const tensor::Weights& weights);

}  // namespace signalbox::models
