// An encoder: sequences in, one hidden vector for each token out. What the towers of every modality share: batches, the
// memory of a pass, its options. text_encoder.h and image_encoder.h say what an architecture file implements.
//
// Immutable after construction and shared by all workers. What one pass needs belongs to a worker's EncoderWorkspace,
// which is sized at construction: a pass allocates nothing of ours. A pass is a row of steps; the pieces of a step can
// be computed by several threads (team.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/model_config.h"
#include "models/team.h"
#include "tensor/buffer.h"
#include "tensor/convolution.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

// Sequences one after the other, without padding. starts has one entry more than there are sequences; the tokens of
// sequence i are starts[i] .. starts[i + 1]. What they are made of is one of two: of texts, ids and their token type
// ids, one for each token; of anything else, one pointer for each sequence to its numbers, laid out as its encoder says
// (an image's pixels).
struct PackedBatch {
  std::span<const std::uint32_t> ids;
  std::span<const std::uint32_t> types;
  std::span<const std::uint32_t> starts;
  std::span<const float* const> inputs = {};

  std::int64_t tokens() const { return starts.empty() ? 0 : static_cast<std::int64_t>(starts.back()); }
  std::int64_t sequences() const { return static_cast<std::int64_t>(starts.size()) - 1; }
  // Of a token in its sequence, from 0.
  std::uint32_t position_of(std::size_t token) const {
    const auto next = std::upper_bound(starts.begin(), starts.end(), static_cast<std::uint32_t>(token));
    return static_cast<std::uint32_t>(token) - *(next - 1);
  }
};

// Joins sequences into a PackedBatch; keeps its memory.
class SequencePack {
 public:
  void clear() {
    ids_.clear();
    inputs_.clear();
    starts_.assign(1, 0);
  }
  void add(std::span<const std::uint32_t> ids) {
    ids_.insert(ids_.end(), ids.begin(), ids.end());
    types_.resize(std::max(types_.size(), ids_.size()), 0);
    starts_.push_back(static_cast<std::uint32_t>(ids_.size()));
  }
  // A sequence that is no text. `input` must stay where it is until the pass is over.
  void add(const float* input, std::uint32_t tokens) {
    inputs_.push_back(input);
    starts_.push_back(starts_.back() + tokens);
  }
  // Of texts or of others, not of both. Of single sequences: all token types are 0.
  PackedBatch batch() const { return {ids_, {types_.data(), ids_.size()}, starts_, inputs_}; }

 private:
  std::vector<std::uint32_t> ids_, types_, starts_{0};
  std::vector<const float*> inputs_;
};

// What one thread needs besides the states that a pass is about. Construct it on that thread (LinearRunner).
struct EncoderScratch {
  EncoderScratch(const EncoderConfig& config, std::int64_t max_tokens);

  tensor::Buffer inner;      // [Linear::kMaxRows, up_width]
  tensor::Buffer normed;     // [Linear::kMaxRows, hidden]
  tensor::Buffer attention;  // as attention_scratch() says, then what the architecture asks for (OwnConfig)
  tensor::LinearRunner runner;
  tensor::PlaneRunner planes;
};

class EncoderWorkspace {
 public:
  EncoderWorkspace(const EncoderConfig& config, std::int64_t max_tokens);

  // Whom the next passes are shared with, and for how many threads they are cut. Null: they run on this thread alone.
  void share(Team* team, std::uint32_t threads) {
    team_ = team;
    threads_ = team == nullptr ? 1 : threads;
  }
  // Runs work(item, scratch) for the items 0 .. items - 1, on this thread or on several at once. Returns when all are
  // done.
  template <class Work>
  void each(std::int64_t items, const Work& work) {
    if (team_ != nullptr) {
      team_->lead(items, own, work);
    } else {
      for (std::int64_t item = 0; item < items; ++item) work(item, own);
    }
  }
  // Runs work(first, rows, scratch) for pieces of at most Linear::kMaxRows that together are `rows` rows. No piece
  // reaches into the rows that another piece's products pad.
  template <class Work>
  void each_piece(std::int64_t rows, const Work& work) {
    const std::int64_t piece = piece_of(rows);
    each((rows + piece - 1) / piece, [&](std::int64_t item, EncoderScratch& scratch) {
      work(item * piece, std::min(piece, rows - item * piece), scratch);
    });
  }

  std::int64_t max_tokens;
  SequencePack pack;
  tensor::Buffer hidden;   // [tokens, hidden]: the state, and after a pass its result
  tensor::Buffer qkv;      // [tokens, (heads + 2 key_value_heads) * head_dimension]
  tensor::Buffer context;  // [tokens, heads * head_dimension]
  // Of a tower whose sequences all have EncoderConfig::sequence_tokens:
  tensor::Buffer pooled;   // [sequences, hidden]
  tensor::Buffer vectors;  // [sequences, vector_width()], of no particular length
  tensor::Buffer planes;   // [sequences, OwnConfig::planes()]: the state of a convolutional network
  // Parity: the states between a layer's attention and its feed-forward, [tokens, hidden]; empty: not wanted.
  tensor::Buffer between;
  EncoderScratch own;

 private:
  std::int64_t piece_of(std::int64_t rows) const;

  Team* team_ = nullptr;
  std::uint32_t threads_ = 1;
};

struct PassOptions {
  // Asked before each layer; false ends the pass.
  std::function<bool()> go_on;
  // Parity: called with 0 after the embeddings and with i after layer i; [tokens, hidden]. Of a convolutional network
  // with the planes [channels, height, width] after the stem (0), block i - 1 and the head.
  std::function<void(std::int64_t layer, std::span<const float> hidden)> observe;
  // Parity, where the architecture has such states (pre-norm layers): called with i after the attention of layer i,
  // counted from 0, which was added to the states. Of a convolutional network the planes after the depthwise
  // convolution of block i.
  std::function<void(std::int64_t layer, std::span<const float> hidden)> observe_attention = {};
};

class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual const EncoderConfig& config() const = 0;
  // True when it ran to its end: result() has what it left, of texts [tokens, hidden] in workspace.hidden. Every id
  // must be below the vocabulary, every sequence at most config().positions long and the batch at most
  // workspace.max_tokens.
  virtual bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions& options) const = 0;
  // What such a pass left of a sequence: its hidden states, unless the encoder says otherwise.
  virtual std::span<const float> result(const PackedBatch& batch, const EncoderWorkspace& workspace,
                                        std::size_t sequence) const;
};

}  // namespace signalbox::models
