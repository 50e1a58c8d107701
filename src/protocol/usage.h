// Token counts and the model's name from what an upstream answered: a chat.completion body or a chunk of its stream.
//
// Tolerant where requests are strict: an upstream's bytes go to the client as they are, and a missing or odd count must
// not cost the answer. Bounded; callable from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/response.h"

namespace signalbox::protocol {

struct UsageReport {
  std::optional<TokenUsage> usage;  // absent when there is no "usage" object
  std::string model;                // "" when absent or not a string
  bool no_choices = false;          // "choices" is there and empty: the chunk of a stream that only reports usage
};

// A cheap test before read_usage: false means that there is no usage in these bytes.
bool may_hold_usage(std::string_view json);

// Nothing for what is no JSON object, or longer than `max_bytes`. Counts that are not whole numbers from 0 are 0.
std::optional<UsageReport> read_usage(std::string_view json, std::size_t max_bytes = 32u << 20);

}  // namespace signalbox::protocol
