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

  void operator()(const PackedBatch& batch, float* hidden) const {
    const std::int64_t width = words.columns;
    for (std::size_t s = 0; s + 1 < batch.starts.size(); ++s) {
      for (std::size_t t = batch.starts[s]; t < batch.starts[s + 1]; ++t) {
        const auto position = static_cast<std::int64_t>(t - batch.starts[s]);
        tensor::vector_kernels().add3(row(words, batch.ids[t]), positions.values.data() + position * width,
                                      row(types, batch.types[t]), width, hidden + static_cast<std::int64_t>(t) * width);
      }
    }
    norm(hidden, batch.tokens());
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

  void operator()(const PackedBatch& batch, EncoderWorkspace& w) const {
    w.runner.run(qkv, w.hidden.data(), batch.tokens(), w.qkv.data());
    attend(batch, w);
    // The rest goes row by row: a block of rows passes through all of it while it is in the cache.
    for (std::int64_t first = 0; first < batch.tokens(); first += Linear::kMaxRows) {
      feed_forward(w, first, std::min(Linear::kMaxRows, batch.tokens() - first));
    }
  }

  void attend(const PackedBatch& batch, EncoderWorkspace& w) const {
    const std::int64_t width = output.in();
    const std::int64_t dimension = width / heads;
    tensor::AttentionHead head;
    head.dimension = dimension;
    head.stride = 3 * width;
    head.out_stride = width;
    head.scale = 1.0F / std::sqrt(static_cast<float>(dimension));
    for (std::size_t s = 0; s + 1 < batch.starts.size(); ++s) {
      const std::int64_t first = batch.starts[s];
      head.length = batch.starts[s + 1] - first;
      for (std::int64_t i = 0; i < heads; ++i) {
        head.query = w.qkv.data() + first * head.stride + i * dimension;
        head.key = head.query + width;
        head.value = head.key + width;
        head.out = w.context.data() + first * width + i * dimension;
        tensor::vector_kernels().attention(head, w.scratch.data());
      }
    }
  }

  void feed_forward(EncoderWorkspace& w, std::int64_t first, std::int64_t rows) const {
    float* const hidden = w.hidden.data() + first * output.out();
    w.runner.run(output, w.context.data() + first * output.in(), rows, hidden);
    attention_norm(hidden, rows);
    w.runner.run(up, hidden, rows, w.inner.data());
    w.runner.run(down, w.inner.data(), rows, hidden);
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
    embeddings_(batch, workspace.hidden.data());
    if (options.observe) options.observe(0, hidden);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (options.go_on && !options.go_on()) return false;
      layers_[i](batch, workspace);
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
