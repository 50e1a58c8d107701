#include "models/architecture.h"

#include <array>

#include "models/bert.h"
#include "models/modernbert.h"
#include "models/qwen3.h"

namespace signalbox::models {
namespace {

constexpr std::array<Architecture, 3> kArchitectures{{
    {"bert", read_bert_config, make_bert, is_harmless_in_bert},
    {"modernbert", read_modernbert_config, make_modernbert, is_harmless_in_modernbert},
    {"qwen3", read_qwen3_config, make_qwen3, is_harmless_in_qwen3},
}};

}  // namespace

const Architecture* find_architecture(std::string_view model_type) {
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.model_type == model_type) return &architecture;
  }
  return nullptr;
}

std::string known_architectures() {
  std::string names;
  for (const Architecture& architecture : kArchitectures) {
    if (!names.empty()) names += ", ";
    names += architecture.model_type;
  }
  return names;
}

}  // namespace signalbox::models
