// OpenAI responses that Signalbox makes itself: fixed answers (whole and as a stream) and the list of models.
//
// Pure functions: ids and times are passed in. Callable from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::protocol {

struct TokenUsage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cached_tokens = 0;  // part of prompt_tokens
};

// An assistant's answer whose text is known.
struct FixedAnswer {
  std::string_view id{};     // "chatcmpl-…"
  std::int64_t created = 0;  // seconds since 1970
  std::string_view model{};
  std::string_view text{};
  std::string_view finish_reason = "stop";
  TokenUsage usage{};
};

// A chat.completion object.
std::string chat_completion_json(const FixedAnswer& answer);
// The same as a whole SSE stream: role, the text in words, finish_reason, usage if asked for, [DONE].
std::string chat_completion_stream(const FixedAnswer& answer, bool include_usage);

// How a model name is resolved, as VSR reports it.
struct ModelCard {
  std::string_view id{};
  std::int64_t created = 0;
  std::string_view owned_by{};
  std::string_view description{};  // left out when empty, as logo_url and recipe
  std::string_view logo_url{};
  bool is_virtual = false;  // routing.resolution: "virtual", else "passthrough"
  bool selectable = true;
  bool default_route = false;
  std::string_view recipe{};
};

std::string model_json(const ModelCard& card);
std::string model_list_json(const std::vector<ModelCard>& cards);

}  // namespace signalbox::protocol
