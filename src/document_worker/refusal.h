// Why a document is not judged, and what ends a reading half way.
#pragma once

#include <chrono>
#include <string>

#include "evidence/evidence.h"

namespace signalbox::document_worker {

struct Refusal {
  evidence::Unjudged reason = evidence::Unjudged::decode_failed;
  std::string detail;  // for people; nothing of the document
};

using Deadline = std::chrono::steady_clock::time_point;

inline bool is_over(Deadline deadline) {
  return std::chrono::steady_clock::now() >= deadline;
}

inline Refusal late() {
  return {evidence::Unjudged::timeout, "the document was not read by the deadline"};
}

}  // namespace signalbox::document_worker
