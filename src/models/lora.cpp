#include "models/lora.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::LoadError;
using tensor::Matrix;
using tensor::SafetensorsFile;
using tensor::TensorPatches;
using tensor::TensorView;

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kA = ".lora_A.weight", kB = ".lora_B.weight";
constexpr std::string_view kSaved = ".modules_to_save";

[[noreturn]] void refuse(const SafetensorsFile& file, std::string_view tensor, const std::string& why) {
  throw LoadError(fmt::format("{}: tensor \"{}\" {}", file.name(), tensor, why));
}

std::vector<float> finite(const SafetensorsFile& file, std::string_view name, const TensorView& view) {
  std::vector<float> values = view.to_floats();
  for (const float value : values) {
    if (!std::isfinite(value)) refuse(file, name, "holds a number that is not finite");
  }
  return values;
}

// A bare base model is saved without the prefix that the adapted one has: "bert.encoder..." is "encoder..." there.
std::string name_in(const SafetensorsFile& base, const std::string& name) {
  const std::string bare = name.substr(name.find('.') + 1);
  return base.find(name) == nullptr && base.find(bare) != nullptr ? bare : name;
}

// One of the two matrices of a module.
Matrix factor(const SafetensorsFile& file, std::string_view name, const TensorView& view) {
  if (view.shape.size() != 2) refuse(file, name, "is no matrix: only linear layers can be merged");
  return {view.shape[0], view.shape[1], finite(file, name, view)};
}

struct Pair {
  std::optional<Matrix> a, b;
};

void check_pair(const SafetensorsFile& file, const std::string& module, const Pair& pair, std::int64_t rank) {
  if (!pair.a || !pair.b) refuse(file, module + std::string(pair.a ? kB : kA), "is missing");
  if (pair.a->rows != rank || pair.b->columns != rank) {
    refuse(file, module + std::string(kA),
           fmt::format("and its B have ranks {} and {}, adapter_config.json says {}", pair.a->rows, pair.b->columns,
                       rank));
  }
}

std::string without(std::string name, std::string_view part) {
  const std::size_t at = name.find(part);
  return at == std::string::npos ? name : name.erase(at, part.size());
}

}  // namespace

TensorPatches load_adapter(const LoraAdapter& adapter, const SafetensorsFile& base) {
  const SafetensorsFile file(adapter.weights);
  TensorPatches patches;
  std::map<std::string, Pair> pairs;
  for (const auto& [name, view] : file.tensors()) {
    if (!name.starts_with(kPrefix)) refuse(file, name, "is not named as peft names an adapter's");
    const std::string module = name.substr(kPrefix.size());
    if (module.ends_with(kA)) {
      pairs[module.substr(0, module.size() - kA.size())].a = factor(file, name, view);
    } else if (module.ends_with(kB)) {
      pairs[module.substr(0, module.size() - kB.size())].b = factor(file, name, view);
    } else if (module.find("lora_") != std::string::npos) {
      refuse(file, name, "cannot be merged: only adapters of linear layers are supported");
    } else {
      patches.replaced[name_in(base, without(module, kSaved))] = {view.shape, finite(file, name, view)};
    }
  }
  for (auto& [module, pair] : pairs) {
    check_pair(file, module, pair, adapter.config.rank);
    const std::string name = name_in(base, module + ".weight");
    if (base.find(name) == nullptr)
      refuse(file, module + std::string(kA), "adapts a layer that the base does not have");
    patches.added[name] = {std::move(*pair.a), std::move(*pair.b), adapter.config.scale};
  }
  if (patches.added.empty()) throw LoadError(file.name() + ": holds no adapter of a layer");
  return patches;
}

}  // namespace signalbox::models
