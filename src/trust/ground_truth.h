// The built-in ground-truth check of a joint model (DESIGN §6.3): does it see what known_pictures.h draws?
//
// Each label is a rule over the pictures, of which one shows it. A rule with an AUC below 0.5 prefers pictures that do
// not show it: it is upside down, and the model is untrusted. Goldens say that we compute what the reference computes;
// this says that what is computed makes sense, and needs no goldens. Takes an encoder pass for each picture and each
// label, in the precision and with the threads that the model serves with. Pure but for that; any thread that may call
// the model may call it.
#pragma once

#include <cstddef>
#include <string>

#include "models/image_embedder.h"
#include "trust/reversal.h"

namespace signalbox::trust {

struct GroundTruthReport {
  GroundTruth truth;
  std::string lowest_rule;  // "a red circle"
  std::string failure;      // why it could not be asked; else ""

  bool passes() const { return failure.empty() && truth.reversed_rules == 0; }
  std::string summary() const;  // for people
};

// Both towers must be there.
GroundTruthReport check_ground_truth(const models::JointModel& model);

}  // namespace signalbox::trust
