#include "models/image_readout.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "tensor/gemm.h"
#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

using tensor::Epilogue;
using tensor::Matrix;
using tensor::WeightScope;

// Of the probe's product with queries, keys and values, which PyTorch keeps in one matrix.
struct Projections {
  Projections(const WeightScope& scope, std::int64_t hidden)
      : width(hidden),
        probe(scope.tensor("probe", {1, 1, hidden})),
        weight(scope.matrix("attention.in_proj_weight", 3 * hidden, hidden)),
        bias(scope.vector("attention.in_proj_bias", 3 * hidden)) {}

  const float* row(std::int64_t index) const { return weight.values.data() + index * width; }
  double query(std::int64_t index) const {
    double sum = bias[static_cast<std::size_t>(index)];
    for (std::int64_t i = 0; i < width; ++i)
      sum += static_cast<double>(row(index)[i]) * probe[static_cast<std::size_t>(i)];
    return sum;
  }

  std::int64_t width;
  std::vector<float> probe;
  Matrix weight;
  std::vector<float> bias;
};

// For each head Wk_h^T q_h, with the scale of the scores.
Matrix asked_of(const Projections& p, std::int64_t heads) {
  const std::int64_t dimension = p.width / heads;
  const double scale = 1.0 / std::sqrt(static_cast<double>(dimension));
  Matrix asked{heads, p.width, std::vector<float>(static_cast<std::size_t>(heads * p.width))};
  std::vector<double> sum(static_cast<std::size_t>(p.width));
  for (std::int64_t head = 0; head < heads; ++head) {
    std::ranges::fill(sum, 0.0);
    for (std::int64_t k = head * dimension; k < (head + 1) * dimension; ++k) {
      const double query = scale * p.query(k);
      const float* const key = p.row(p.width + k);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += query * static_cast<double>(key[i]);
    }
    std::ranges::transform(sum, asked.values.begin() + head * p.width, [](double x) { return static_cast<float>(x); });
  }
  return asked;
}

void softmax(std::span<float> scores) {
  const float highest = *std::ranges::max_element(scores);
  double sum = 0;
  for (float& score : scores) sum += score = std::exp(score - highest);
  for (float& score : scores) score = static_cast<float>(score / sum);
}

// Memory of a readout, in pieces that start where vectors like it.
class Pieces {
 public:
  explicit Pieces(float* from) : next_(from) {}
  static std::int64_t rounded(std::int64_t floats) { return (floats + 15) / 16 * 16; }
  float* take(std::int64_t floats) {
    float* const piece = next_;
    next_ += rounded(floats);
    return piece;
  }

 private:
  float* next_;
};

constexpr std::int64_t kRows = tensor::Linear::kRowStep;  // that a product of one row reads and writes

class ClassTokenReadout final : public ImageReadout {
 public:
  ClassTokenReadout(const WeightScope& scope, const EncoderConfig& config)
      : hidden_(config.hidden), norm_(scope, config) {}
  void operator()(const float* states, std::int64_t, float* out, EncoderScratch&) const override {
    std::copy_n(states, hidden_, out);
    norm_(out, 1);
  }

 private:
  std::int64_t hidden_;
  LayerNorm norm_;
};

class MeanReadout final : public ImageReadout {
 public:
  MeanReadout(std::int64_t hidden, std::int64_t first) : hidden_(hidden), first_(first) {}
  void operator()(const float* states, std::int64_t tokens, float* out, EncoderScratch&) const override {
    tensor::vector_kernels().mean_rows(states + first_ * hidden_, tokens - first_, hidden_, hidden_, out);
  }

 private:
  std::int64_t hidden_, first_;
};

}  // namespace

ProbeReadout::ProbeReadout(const WeightScope& scope, const EncoderConfig& config)
    : heads_(config.heads),
      hidden_(config.hidden),
      intermediate_(config.intermediate),
      output_(linear(scope.scope("attention.out_proj"), hidden_, hidden_, Epilogue::none, tensor::Arithmetic::fp32)),
      norm_(scope.scope("layernorm"), config),
      up_(linear(scope.scope("mlp.fc1"), hidden_, intermediate_, epilogue_of(config.activation),
                 tensor::Arithmetic::fp32)),
      down_(linear(scope.scope("mlp.fc2"), intermediate_, hidden_, Epilogue::add, tensor::Arithmetic::fp32)) {
  const Projections projections(scope, hidden_);
  asked_ = asked_of(projections, heads_);
  values_ = {hidden_, hidden_, {projections.row(2 * hidden_), projections.row(2 * hidden_) + hidden_ * hidden_}};
  values_bias_.assign(projections.bias.begin() + 2 * hidden_, projections.bias.end());
}

std::int64_t ProbeReadout::scratch(const ImageConfig& config, std::int64_t tokens) {
  return Pieces::rounded(config.heads * tokens) + Pieces::rounded(config.heads * config.hidden) +
         3 * Pieces::rounded(kRows * config.hidden) + Pieces::rounded(kRows * config.intermediate);
}

void ProbeReadout::operator()(const float* states, std::int64_t tokens, float* out, EncoderScratch& scratch) const {
  using tensor::Side;
  const tensor::Kernels& kernels = tensor::vector_kernels();
  Pieces pieces(scratch.attention.data());
  float* const scores = pieces.take(heads_ * tokens);
  float* const sums = pieces.take(heads_ * hidden_);
  float* const values = pieces.take(kRows * hidden_);
  float* const seen = pieces.take(kRows * hidden_);
  float* const normed = pieces.take(kRows * hidden_);
  float* const inner = pieces.take(kRows * intermediate_);
  tensor::gemm(Side::plain, Side::transposed, {heads_, tokens, hidden_}, asked_.values.data(), states, 0, scores);
  for (std::int64_t head = 0; head < heads_; ++head) {
    softmax({scores + head * tokens, static_cast<std::size_t>(tokens)});
  }
  tensor::gemm(Side::plain, Side::plain, {heads_, hidden_, tokens}, scores, states, 0, sums);
  for (std::int64_t i = 0; i < hidden_; ++i) {
    const float* const sum = sums + i / (hidden_ / heads_) * hidden_;
    values[i] =
        kernels.dot(values_.values.data() + i * hidden_, sum, hidden_) + values_bias_[static_cast<std::size_t>(i)];
  }
  scratch.runner.run(output_, values, 1, seen);
  std::copy_n(seen, hidden_, normed);
  norm_(normed, 1);
  scratch.runner.run(up_, normed, 1, inner);
  scratch.runner.run(down_, inner, 1, seen);
  std::copy_n(seen, hidden_, out);
}

std::unique_ptr<ImageReadout> class_token_readout(const WeightScope& scope, const EncoderConfig& config) {
  return std::make_unique<ClassTokenReadout>(scope, config);
}

std::unique_ptr<ImageReadout> mean_readout(std::int64_t hidden, std::int64_t first) {
  return std::make_unique<MeanReadout>(hidden, first);
}

}  // namespace signalbox::models
