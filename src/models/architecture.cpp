#include "models/architecture.h"

#include <array>

#include "models/bert.h"

namespace signalbox::models {
namespace {

constexpr std::array<Architecture, 1> kArchitectures{{
    {"bert", read_bert_config, make_bert, is_harmless_in_bert, make_bert_head},
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
