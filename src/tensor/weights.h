// A model's tensors under a name scope: how a model file takes its weights.
//
//   const WeightScope layer = weights.scope("encoder.layer.0");
//   Linear query(layer.matrix("attention.self.query.weight", 384, 384), layer.vector("attention.self.query.bias", 384),
//   ...)
//
// Every tensor is asked for with its shape; one that is missing, has another shape or holds a number that is not finite
// throws LoadError with its full name. Cheap to copy; valid as long as the Weights it came from. Used by one thread, at
// load.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/safetensors.h"

namespace signalbox::tensor {

// fp32, row-major, shape [rows, columns]; a vector is one row.
struct Matrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<float> values;
};

// What is put over a file's tensors when they are taken: an adapter.
struct TensorPatches {
  // scale * b a, which is added to a matrix (Hu et al., LoRA, 2021).
  struct LowRank {
    Matrix a;  // [rank, in]
    Matrix b;  // [out, rank]
    float scale = 1;
  };
  struct Replacement {
    Shape shape;
    std::vector<float> values;
  };
  // By the tensor's full name.
  std::map<std::string, LowRank, std::less<>> added;
  std::map<std::string, Replacement, std::less<>> replaced;
};

class WeightScope;

class Weights {
 public:
  explicit Weights(const SafetensorsFile& file, const TensorPatches& patches = {}) : file_(file), patches_(patches) {}
  WeightScope scope(std::string prefix) const;
  const SafetensorsFile& file() const { return file_; }
  // Tensors, and patches of tensors, that nobody asked for: the architecture file decides which of them are harmless.
  std::vector<std::string> unused() const;

 private:
  friend class WeightScope;
  const SafetensorsFile& file_;
  TensorPatches patches_;
  mutable std::set<std::string, std::less<>> used_;
};

class WeightScope {
 public:
  WeightScope(const Weights& weights, std::string prefix) : weights_(weights), prefix_(std::move(prefix)) {}

  WeightScope scope(std::string_view name) const { return {weights_, full_name(name)}; }
  bool has(std::string_view name) const;
  Matrix matrix(std::string_view name, std::int64_t rows, std::int64_t columns) const;
  std::vector<float> vector(std::string_view name, std::int64_t size) const;
  // One of more dimensions, row-major.
  std::vector<float> tensor(std::string_view name, const Shape& shape) const { return take(name, shape); }
  // What messages call the tensor of this name.
  std::string where(std::string_view name) const;
  // Null: there is none. Does not count as taking it.
  const Shape* shape_of(std::string_view name) const;

 private:
  std::string full_name(std::string_view name) const;
  std::vector<float> read(std::string_view name, const Shape& shape) const;
  std::vector<float> take(std::string_view name, const Shape& shape) const;

  const Weights& weights_;
  std::string prefix_;
};

}  // namespace signalbox::tensor
