// Tokens whose signature held a moment ago: a client sends the same one with every request, and checking a signature
// takes 35 to 150 µs, looking it up less than one.
//
// Belongs to one verifier, so a reload begins anew, and so does a new key set: a key that the issuer withdraws stops
// counting with the next fetch. Times are checked on every use. Bounded; only good tokens are kept, by their hash.
// Thread-safe.
#pragma once

#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "auth/key_set.h"
#include "auth/principal.h"
#include "digest/sha256.h"

namespace signalbox::auth {

// When a token holds, the leeway included: seconds since 1970.
struct Validity {
  double from = 0;
  double until = 0;  // exclusive
};

class VerifiedTokens {
 public:
  explicit VerifiedTokens(std::size_t capacity = 4'096) : generation_(capacity / 2) {}

  // Nothing: verify it. `keys` are the fetched ones, null where there are none.
  std::optional<Principal> find(const digest::Sha256& token, const std::shared_ptr<const KeySet>& keys,
                                std::chrono::system_clock::time_point now);
  void keep(const digest::Sha256& token, const std::shared_ptr<const KeySet>& keys, const Principal& principal,
            const Validity& validity);
  std::size_t size() const;

 private:
  struct HashOf {
    std::size_t operator()(const digest::Sha256& digest) const {
      std::size_t hash = 0;
      std::memcpy(&hash, digest.data(), sizeof hash);
      return hash;
    }
  };
  struct Entry {
    Principal principal;
    Validity validity;
  };
  using Entries = std::unordered_map<digest::Sha256, Entry, HashOf>;

  void forget_unless(const std::shared_ptr<const KeySet>& keys);

  const std::size_t generation_;
  mutable std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;
  Entries young_, old_;  // when `young_` is full it becomes `old_`, and what that held is forgotten
};

}  // namespace signalbox::auth
