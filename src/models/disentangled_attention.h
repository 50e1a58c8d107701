// DeBERTa's attention (He et al., 2021): a score is content to content, content to position and position to content.
//
// The position parts need the products of a head's queries with the positions' keys and of its keys with the positions'
// queries. Both are products with constants, since positions do not depend on the text: they are packed at load, for
// each head, and what they give is put together to the bias that the attention kernel adds to its scores. Shared by the
// threads of a pass; its scratch memory is DebertaConfig's to ask for.
#pragma once

#include <cstdint>
#include <vector>

#include "models/relative_positions.h"
#include "models/text_encoder.h"
#include "tensor/attention.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

struct DebertaConfig final : OwnConfig {
  RelativePositions relative;
  bool content_to_position = false;
  bool position_to_content = false;
  bool share_projections = false;     // positions are projected as the content is
  bool normalised_positions = false;  // the table goes through a LayerNorm first
  bool absolute_positions = false;    // added to the words, as in BERT
  Activation pooler_activation = Activation::gelu_erf;
  std::int64_t head_dimension = 0;

  std::int64_t scratch(std::int64_t tokens) const override;
};

class DisentangledAttention {
 public:
  // `scope` is a layer's attention.self; `table` the relative positions, [2 span, hidden], normalised where they are.
  DisentangledAttention(const tensor::WeightScope& scope, const EncoderConfig& config, const DebertaConfig& own,
                        const tensor::Matrix& table);

  // From workspace.qkv, whose rows hold query, key and value, to workspace.context.
  void operator()(const PackedBatch& batch, EncoderWorkspace& workspace) const;

 private:
  struct Memory;
  void attend_head(const PackedBatch& batch, std::size_t sequence, std::int64_t number, EncoderWorkspace& w,
                   EncoderScratch& scratch) const;
  void fill_bias(std::int64_t number, const tensor::AttentionHead& head, const Memory& memory,
                 tensor::LinearRunner& runner) const;

  std::int64_t heads_, dimension_, span_, longest_;
  float scale_;
  std::vector<std::int32_t> rows_;  // of the table, for each distance
  // For each head; empty where the scores have no such part.
  std::vector<tensor::Linear> position_keys_, position_queries_;
};

}  // namespace signalbox::models
