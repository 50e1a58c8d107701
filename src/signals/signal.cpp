#include "signals/signal.h"

namespace signalbox::signals {

std::string_view to_string(Truth truth) {
  switch (truth) {
    case Truth::no_match:
      return "no_match";
    case Truth::match:
      return "match";
    case Truth::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "none";
    case Reason::model_missing:
      return "model_missing";
    case Reason::untrusted_model:
      return "untrusted_model";
    case Reason::not_judged:
      return "not_judged";
    case Reason::identity_missing:
      return "identity_missing";
    case Reason::timeout:
      return "timeout";
    case Reason::overloaded:
      return "overloaded";
    case Reason::error:
      return "error";
  }
  return "error";
}

SignalResult SignalResult::matched(double confidence) {
  SignalResult result;
  result.truth = Truth::match;
  result.confidence = confidence;
  return result;
}

SignalResult SignalResult::unknown(Reason reason, std::string detail) {
  SignalResult result;
  result.truth = Truth::unknown;
  result.reason = reason;
  result.detail = std::move(detail);
  return result;
}

}  // namespace signalbox::signals
