// Requests with findings planted by the test, and what redacting makes of them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/redaction.h"

namespace signalbox::plugins {

struct Redacted {
  std::string body;
  std::optional<Refusal> refusal;
  std::shared_ptr<const Substitutes> restores;
};

inline std::uint64_t counted() {
  static std::uint64_t last = 0;
  return ++last;
}

// A finding of `what` in messages[message].parts[part], by the bytes of `text` in it.
inline signals::Finding in_text(const protocol::Request& request, std::string_view text, std::string what,
                                std::uint32_t message = 0, std::uint32_t part = 0) {
  const std::size_t at = request.messages.at(message).parts.at(part).text.find(text);
  if (at == std::string_view::npos) throw std::invalid_argument("no such text");
  return {
      .what = std::move(what), .message = message, .part = part, .begin = at, .end = at + text.size(), .located = true};
}

inline signals::Finding in_call(const protocol::Request& request, std::string_view text, std::string what,
                                std::uint32_t message, std::uint32_t call = 0) {
  const std::size_t at = request.messages.at(message).tool_calls.at(call).arguments.find(text);
  if (at == std::string_view::npos) throw std::invalid_argument("no such text");
  return {.what = std::move(what),
          .message = message,
          .part = call,
          .begin = at,
          .end = at + text.size(),
          .located = true,
          .origin = signals::Origin::call};
}

inline protocol::Request parsed(std::string_view body) {
  auto request = protocol::parse_openai_chat(body);
  if (!request) throw std::invalid_argument(request.error().message);
  return std::move(*request);
}

inline Redacted redacted(const protocol::Request& request, const RedactionRules& rules,
                         const signals::SignalResult& result) {
  RequestEdit edit(request);
  edit.signals = {{"pii:p", &result}};
  edit.random = &counted;
  std::optional<Refusal> refusal = redact(rules, edit);
  return {edit.splice.apply(), std::move(refusal), edit.restores};
}

inline Redacted redacted(const protocol::Request& request, const RedactionRules& rules,
                         std::vector<signals::Finding> findings) {
  signals::SignalResult result = signals::SignalResult::matched();
  result.findings = std::move(findings);
  return redacted(request, rules, result);
}

}  // namespace signalbox::plugins
