// What tokens cost, and what an answer used.
//
// Plain values; pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace signalbox::auth {

// What a million tokens cost, in the currency of the configuration.
struct Prices {
  std::string model, currency;
  double prompt = 0, completion = 0;
  std::optional<double> cached;  // prompt tokens from a provider's cache; default: as prompt
};

struct Usage {
  std::int64_t prompt_tokens = 0, completion_tokens = 0;
  std::int64_t cached_tokens = 0;  // part of prompt_tokens
};

// In currency units.
double cost_of(const Usage& usage, const Prices& prices);

}  // namespace signalbox::auth
