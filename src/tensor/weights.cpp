#include "tensor/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tensor/load_error.h"

namespace signalbox::tensor {

namespace {

// to += scale * b a, row by row.
void add(const TensorPatches::LowRank& low, std::vector<float>& to) {
  const std::int64_t columns = low.a.columns, rank = low.a.rows;
  for (std::int64_t row = 0; row < low.b.rows; ++row) {
    float* const out = to.data() + row * columns;
    for (std::int64_t k = 0; k < rank; ++k) {
      const float factor = low.scale * low.b.values[static_cast<std::size_t>(row * rank + k)];
      const float* const a = low.a.values.data() + k * columns;
      for (std::int64_t i = 0; i < columns; ++i) out[i] += factor * a[i];
    }
  }
}

}  // namespace

WeightScope Weights::scope(std::string prefix) const {
  return {*this, std::move(prefix)};
}

std::vector<std::string> Weights::unused() const {
  std::vector<std::string> names;
  const auto note = [&](const auto& named) {
    for (const auto& [name, tensor] : named) {
      if (!used_.contains(name)) names.push_back(name);
    }
  };
  note(file_.tensors());
  note(patches_.replaced);
  note(patches_.added);
  return names;
}

std::string WeightScope::full_name(std::string_view name) const {
  return prefix_.empty() ? std::string(name) : fmt::format("{}.{}", prefix_, name);
}

bool WeightScope::has(std::string_view name) const {
  const std::string full = full_name(name);
  return weights_.file_.find(full) != nullptr || weights_.patches_.replaced.contains(full);
}

std::vector<float> WeightScope::read(std::string_view name, const Shape& shape) const {
  const std::string full = full_name(name);
  const auto refuse_shape = [&](const Shape& found) {
    if (found == shape) return;
    throw LoadError(fmt::format("{}: tensor \"{}\": has shape {}, expected {}", weights_.file_.name(), full,
                                to_string(found), to_string(shape)));
  };
  weights_.used_.insert(full);
  if (const auto patch = weights_.patches_.replaced.find(full); patch != weights_.patches_.replaced.end()) {
    refuse_shape(patch->second.shape);
    return patch->second.values;
  }
  const TensorView* const found = weights_.file_.find(full);
  if (found == nullptr) throw LoadError(fmt::format("{}: tensor \"{}\" is missing", weights_.file_.name(), full));
  refuse_shape(found->shape);
  return found->to_floats();
}

std::vector<float> WeightScope::take(std::string_view name, const Shape& shape) const {
  const std::string full = full_name(name);
  std::vector<float> values = read(name, shape);
  const auto refuse = [&](const std::string& why) {
    throw LoadError(fmt::format("{}: tensor \"{}\": {}", weights_.file_.name(), full, why));
  };
  if (const auto patch = weights_.patches_.added.find(full); patch != weights_.patches_.added.end()) {
    const TensorPatches::LowRank& low = patch->second;
    if (shape != Shape{low.b.rows, low.a.columns}) {
      refuse(fmt::format("has shape {}, the adapter is made for {}", to_string(shape),
                         to_string(Shape{low.b.rows, low.a.columns})));
    }
    add(low, values);
  }
  const auto odd = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (odd != values.end()) refuse(fmt::format("element {} is not a finite number", odd - values.begin()));
  return values;
}

std::string WeightScope::where(std::string_view name) const {
  return fmt::format("{}: tensor \"{}\"", weights_.file_.name(), full_name(name));
}

const Shape* WeightScope::shape_of(std::string_view name) const {
  const TensorView* const found = weights_.file_.find(full_name(name));
  return found == nullptr ? nullptr : &found->shape;
}

Matrix WeightScope::matrix(std::string_view name, std::int64_t rows, std::int64_t columns) const {
  return {rows, columns, take(name, {rows, columns})};
}

std::vector<float> WeightScope::vector(std::string_view name, std::int64_t size) const {
  return take(name, {size});
}

}  // namespace signalbox::tensor
