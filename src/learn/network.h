// A head's layers while it is fitted: one vector of parameters, forwards and backwards over many rows at once.
//
// The parameters of a linear head are [W | b], of an mlp [V | c | W | b] with logits = W relu(V x + c) + b. Pure on
// caller-owned memory; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "learn/examples.h"
#include "models/head.h"

namespace signalbox::learn {

struct NetworkShape {
  std::int64_t dimension = 0;
  std::int64_t hidden = 0;  // 0: a linear head
  std::int64_t classes = 0;

  std::int64_t width() const { return hidden > 0 ? hidden : dimension; }  // what the last layer reads
  std::size_t parameters() const;
};

class Network {
 public:
  Network(const NetworkShape& shape, std::span<const double> parameters);

  // Rows of activations; `hidden` stays empty for a linear head.
  struct Activations {
    std::vector<float> hidden, logits;
  };
  // x: [rows, dimension].
  void forward(const float* x, std::int64_t rows, Activations& out) const;
  // `out.logits` holds the loss's derivative by the logits and `out.hidden` what forward() left; `gradient` is set, in
  // the parameters' order. `out.hidden` is used up.
  void backward(const float* x, std::int64_t rows, Activations& out, std::vector<float>& gradient) const;

  // [rows of vectors, classes].
  tensor::Matrix logits_of(const tensor::Matrix& vectors) const;
  // Puts the layers into a head.
  void give_layers(models::HeadSpec& spec) const;

 private:
  struct Offsets {
    std::size_t hidden_weight, hidden_bias, weight, bias;
  };
  static Offsets offsets_of(const NetworkShape& shape);
  const float* at(std::size_t offset) const { return parameters_.data() + offset; }

  NetworkShape shape_;
  Offsets offsets_;
  std::vector<float> parameters_;
};

// True for the parameters that L2 pulls towards zero: weights, not biases.
std::vector<bool> penalised(const NetworkShape& shape);

// Where fitting begins: zeros for a linear head; He et al. (2015) for an mlp.
std::vector<double> first_parameters(const NetworkShape& shape, std::uint64_t seed);

}  // namespace signalbox::learn
