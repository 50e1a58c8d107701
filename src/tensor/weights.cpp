#include "tensor/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tensor/load_error.h"

namespace signalbox::tensor {

WeightScope Weights::scope(std::string prefix) const {
  return {*this, std::move(prefix)};
}

std::vector<std::string> Weights::unused() const {
  std::vector<std::string> names;
  for (const auto& [name, view] : file_.tensors()) {
    if (!used_.contains(name)) names.push_back(name);
  }
  return names;
}

std::string WeightScope::full_name(std::string_view name) const {
  return prefix_.empty() ? std::string(name) : fmt::format("{}.{}", prefix_, name);
}

const TensorView& WeightScope::view(std::string_view name) const {
  const std::string full = full_name(name);
  const TensorView* const found = weights_.file_.find(full);
  if (found == nullptr) throw LoadError(fmt::format("{}: tensor \"{}\" is missing", weights_.file_.name(), full));
  weights_.used_.insert(full);
  return *found;
}

std::vector<float> WeightScope::take(std::string_view name, const Shape& shape) const {
  const TensorView& tensor = view(name);
  const auto refuse = [&](const std::string& why) {
    throw LoadError(fmt::format("{}: tensor \"{}\": {}", weights_.file_.name(), full_name(name), why));
  };
  if (tensor.shape != shape)
    refuse(fmt::format("has shape {}, expected {}", to_string(tensor.shape), to_string(shape)));
  std::vector<float> values = tensor.to_floats();
  const auto odd = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (odd != values.end()) refuse(fmt::format("element {} is not a finite number", odd - values.begin()));
  return values;
}

Matrix WeightScope::matrix(std::string_view name, std::int64_t rows, std::int64_t columns) const {
  return {rows, columns, take(name, {rows, columns})};
}

std::vector<float> WeightScope::vector(std::string_view name, std::int64_t size) const {
  return take(name, {size});
}

}  // namespace signalbox::tensor
