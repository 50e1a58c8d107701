// POST /api/v1/eval: judges a text or a conversation without sending it anywhere. Also what explain and probes show.
//
// Evaluates every signal the recipe uses and marks what serving would have skipped. The response has every field of
// VSR's contract; `determined`, `unknown_signals`, `signal_details`, `signals` and `state` in traces are ours.
// Thread-safe; blocks on pictures and models.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "evidence/document_reader.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "protocol/error.h"
#include "router/snapshot.h"

namespace signalbox::api {

struct EvalSettings {
  evidence::ImageReader* images = nullptr;
  evidence::DocumentReader* documents = nullptr;
  bool trace = false;  // add eval_trace (also asked for by options.trace in the body)
  bool signals =
      false;  // add `signals` (findings, time, would_skip) and `images`, `documents` (what was read): explain
  evidence::Identity identity;
};

// `body` is an eval request ({text} or {messages}, …). Without a model the default recipe judges.
std::expected<nlohmann::ordered_json, protocol::Error> evaluate(const router::Snapshot& snapshot, std::string_view body,
                                                                const EvalSettings& settings);

}  // namespace signalbox::api
