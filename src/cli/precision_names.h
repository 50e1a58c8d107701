// The names of precisions on the command line.
#pragma once

#include <map>
#include <string>

#include "models/embedder_provider.h"

namespace signalbox::cli {

inline const std::map<std::string, models::Precision>& precision_names() {
  static const std::map<std::string, models::Precision> kNames{{"auto", models::Precision::automatic},
                                                               {"fp32", models::Precision::fp32},
                                                               {"bf16", models::Precision::bf16},
                                                               {"int8", models::Precision::int8}};
  return kNames;
}

}  // namespace signalbox::cli
