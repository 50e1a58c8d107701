#include "models/architecture.h"

#include <array>

#include "models/bert.h"
#include "models/deberta.h"
#include "models/modernbert.h"
#include "models/qwen3.h"
#include "models/roberta.h"

namespace signalbox::models {
namespace {

constexpr std::array<Architecture, 6> kArchitectures{{
    {"bert", read_bert_config, make_bert, is_harmless_in_bert, make_bert_head},
    {"roberta", read_roberta_config, make_roberta, is_harmless_in_roberta, make_roberta_head},
    {"xlm-roberta", read_roberta_config, make_roberta, is_harmless_in_roberta, make_roberta_head},
    {"deberta-v2", read_deberta_config, make_deberta, is_harmless_in_deberta, make_deberta_head},
    {"modernbert", read_modernbert_config, make_modernbert, is_harmless_in_modernbert, make_modernbert_head},
    {"qwen3", read_qwen3_config, make_qwen3, is_harmless_in_qwen3, make_qwen3_head},
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
