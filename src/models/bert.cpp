#include "models/bert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "tensor/kernels.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::Epilogue;
using tensor::Linear;
using tensor::Matrix;
using tensor::WeightScope;

struct LayerNorm {
  LayerNorm(const WeightScope& scope, const EncoderConfig& c)
      : gain(scope.vector("weight", c.hidden)), shift(scope.vector("bias", c.hidden)), epsilon(c.epsilon) {}

  void operator()(float* x, std::int64_t rows) const {
    tensor::vector_kernels().layer_norm(x, rows, static_cast<std::int64_t>(gain.size()), gain.data(), shift.data(),
                                        epsilon);
  }

  std::vector<float> gain, shift;
  float epsilon;
};

Linear linear(const WeightScope& scope, std::int64_t in, std::int64_t out, Epilogue epilogue, Arithmetic arithmetic) {
  return {scope.matrix("weight", out, in), scope.vector("bias", out), epilogue, arithmetic};
}

// Query, key and value as one product: their weights stacked.
Linear fused_qkv(const WeightScope& scope, std::int64_t width, Arithmetic arithmetic) {
  Matrix stacked{3 * width, width, {}};
  std::vector<float> bias;
  for (const char* const part : {"query", "key", "value"}) {
    const WeightScope one = scope.scope(part);
    const Matrix weight = one.matrix("weight", width, width);
    const std::vector<float> shift = one.vector("bias", width);
    stacked.values.insert(stacked.values.end(), weight.values.begin(), weight.values.end());
    bias.insert(bias.end(), shift.begin(), shift.end());
  }
  return {stacked, bias, Epilogue::none, arithmetic};
}

Epilogue epilogue_of(Activation activation) {
  switch (activation) {
    case Activation::gelu_erf:
      return Epilogue::gelu_erf;
    case Activation::gelu_tanh:
      return Epilogue::gelu_tanh;
    case Activation::relu:
      return Epilogue::relu;
  }
  return Epilogue::none;
}

struct Embeddings {
  Embeddings(const WeightScope& scope, const EncoderConfig& c)
      : words(scope.matrix("word_embeddings.weight", c.vocabulary, c.hidden)),
        positions(scope.matrix("position_embeddings.weight", c.positions, c.hidden)),
        types(scope.matrix("token_type_embeddings.weight", c.types, c.hidden)),
        norm(scope.scope("LayerNorm"), c) {}

  void operator()(const PackedBatch& batch, std::int64_t first, std::int64_t rows, float* hidden) const {
    const std::int64_t width = words.columns;
    for (std::int64_t t = first; t < first + rows; ++t) {
      const auto token = static_cast<std::size_t>(t);
      tensor::vector_kernels().add3(row(words, batch.ids[token]), row(positions, batch.position_of(token)),
                                    row(types, batch.types[token]), width, hidden + t * width);
    }
    norm(hidden + first * width, rows);
  }

  static const float* row(const Matrix& table, std::uint32_t index) {
    return table.values.data() + static_cast<std::int64_t>(index) * table.columns;
  }

  Matrix words, positions, types;
  LayerNorm norm;
};

struct Layer {
  Layer(const WeightScope& scope, const EncoderConfig& c, Arithmetic a)
      : heads(c.heads),
        qkv(fused_qkv(scope.scope("attention.self"), c.hidden, a)),
        output(linear(scope.scope("attention.output.dense"), c.hidden, c.hidden, Epilogue::add, a)),
        attention_norm(scope.scope("attention.output.LayerNorm"), c),
        up(linear(scope.scope("intermediate.dense"), c.hidden, c.intermediate, epilogue_of(c.activation), a)),
        down(linear(scope.scope("output.dense"), c.intermediate, c.hidden, Epilogue::add, a)),
        norm(scope.scope("output.LayerNorm"), c) {}

  // Queries, keys and values of some rows.
  void project(EncoderWorkspace& w, std::int64_t first, std::int64_t rows, EncoderScratch& scratch) const {
    scratch.runner.run(qkv, w.hidden.data() + first * qkv.in(), rows, w.qkv.data() + first * qkv.out());
  }

  // Every head of every sequence by itself.
  void attend(const PackedBatch& batch, EncoderWorkspace& w) const {
    w.each(batch.sequences() * heads, [&](std::int64_t item, EncoderScratch& scratch) {
      attend_head(batch, static_cast<std::size_t>(item / heads), item % heads, w, scratch);
    });
  }

  void attend_head(const PackedBatch& batch, std::size_t sequence, std::int64_t number, EncoderWorkspace& w,
                   EncoderScratch& scratch) const {
    const std::int64_t width = output.in(), first = batch.starts[sequence];
    tensor::AttentionHead head;
    head.dimension = width / heads;
    head.length = batch.starts[sequence + 1] - first;
    head.stride = 3 * width;
    head.out_stride = width;
    head.scale = 1.0F / std::sqrt(static_cast<float>(head.dimension));
    head.query = w.qkv.data() + first * head.stride + number * head.dimension;
    head.key = head.query + width;
    head.value = head.key + width;
    head.out = w.context.data() + first * width + number * head.dimension;
    tensor::vector_kernels().attention(head, scratch.attention.data());
  }

  // What follows attention goes row by row.
  void feed_forward(EncoderWorkspace& w, std::int64_t first, std::int64_t rows, EncoderScratch& scratch) const {
    float* const hidden = w.hidden.data() + first * output.out();
    scratch.runner.run(output, w.context.data() + first * output.in(), rows, hidden);
    attention_norm(hidden, rows);
    scratch.runner.run(up, hidden, rows, scratch.inner.data());
    scratch.runner.run(down, scratch.inner.data(), rows, hidden);
    norm(hidden, rows);
  }

  std::int64_t heads;
  Linear qkv, output;
  LayerNorm attention_norm;
  Linear up, down;
  LayerNorm norm;
};

class Bert final : public TextEncoder {
 public:
  Bert(const EncoderConfig& config, const WeightScope& scope, Arithmetic arithmetic)
      : config_(config), embeddings_(scope.scope("embeddings"), config) {
    const WeightScope layers = scope.scope("encoder.layer");
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(layers.scope(std::to_string(i)), config, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions& options) const override {
    if (batch.tokens() > workspace.max_tokens) throw std::length_error("more tokens than the workspace has room for");
    const std::span<const float> hidden(workspace.hidden.data(),
                                        static_cast<std::size_t>(batch.tokens() * config_.hidden));
    // A step is what goes row by row, from one attention to the next: a piece of rows passes through all of it while it
    // is in the cache.
    workspace.each_piece(batch.tokens(), [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
      embeddings_(batch, first, rows, workspace.hidden.data());
      layers_.front().project(workspace, first, rows, scratch);
    });
    if (options.observe) options.observe(0, hidden);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (options.go_on && !options.go_on()) return false;
      layers_[i].attend(batch, workspace);
      workspace.each_piece(batch.tokens(), [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
        layers_[i].feed_forward(workspace, first, rows, scratch);
        if (i + 1 < layers_.size()) layers_[i + 1].project(workspace, first, rows, scratch);
      });
      if (options.observe) options.observe(static_cast<std::int64_t>(i) + 1, hidden);
    }
    return true;
  }

 private:
  EncoderConfig config_;
  Embeddings embeddings_;
  std::vector<Layer> layers_;
};

// Of a BERT with a head that we do not use, and a constant that old files store.
bool is_harmless(std::string_view tensor) {
  return tensor.find("pooler.") != std::string_view::npos || tensor.starts_with("cls.") ||
         tensor.ends_with("embeddings.position_ids");
}

}  // namespace

std::unique_ptr<TextEncoder> make_bert(const EncoderConfig& config, const tensor::Weights& weights,
                                       Arithmetic arithmetic) {
  const std::string& file = weights.file().name();
  if (config.hidden / config.heads % tensor::kHeadStep != 0 || config.hidden / config.heads > tensor::kMaxHead) {
    throw tensor::LoadError(fmt::format("{}: heads of {} numbers are not supported, only multiples of {} up to {}",
                                        file, config.hidden / config.heads, tensor::kHeadStep, tensor::kMaxHead));
  }
  const bool nested = weights.scope("bert").has("embeddings.word_embeddings.weight");
  auto bert = std::make_unique<Bert>(config, weights.scope(nested ? "bert" : ""), arithmetic);
  for (const std::string& name : weights.unused()) {
    if (!is_harmless(name)) {
      throw tensor::LoadError(
          fmt::format("{}: tensor \"{}\" is not part of a BERT encoder of {} layers", file, name, config.layers));
    }
  }
  return bert;
}

}  // namespace signalbox::models
