// What `signalbox train` tells: for a terminal, as JSON, and as the part of head.json that is for people. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "learn/train_head.h"

namespace signalbox::learn {

struct TrainingReport {
  TrainedHead head;
  HeadReport held_out;
  std::string judged_by;  // "a file of its own", "20 % held out"
  std::size_t cut = 0;    // texts longer than the model reads, of all
  std::uint64_t seed = 1;
  bool balanced = false;
  double embedding_seconds = 0, training_seconds = 0;
};

// Without times: equal trainings give equal head folders. `version` made it.
nlohmann::ordered_json head_details(const TrainingReport& report, const std::string& version);
nlohmann::ordered_json report_json(const TrainingReport& report, const std::string& folder);
std::string report_text(const TrainingReport& report);

}  // namespace signalbox::learn
