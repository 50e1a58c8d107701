// The body of POST /api/v1/eval and the classify endpoints: a text or a conversation to be judged, not to be sent.
//
// Read as strictly as a chat request, except that no model is needed. Everything is a view into `request.tree`.
// Immutable after parse; movable; safe to read from many threads.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "protocol/request.h"

namespace signalbox::protocol {

struct EvalOptions {
  bool return_probabilities = false;
  bool include_explanation = false;
  bool evaluate_all_signals = false;
  bool trace = false;
  std::optional<double> confidence_threshold{};
};

struct EvalRequest {
  Request request;        // model may be ""; messages are empty in the text form
  bool has_text = false;  // {"text": …} instead of {"messages": …}
  std::string_view text{};
  EvalOptions options{};
};

// Exactly one of text and messages. Unknown members are ignored.
std::expected<EvalRequest, Error> parse_eval_request(std::string_view body, const RequestLimits& limits = {});

}  // namespace signalbox::protocol
