#include "auth/verified_tokens.h"

#include <utility>

namespace signalbox::auth {

void VerifiedTokens::forget_unless(const std::shared_ptr<const KeySet>& keys) {
  if (keys == keys_) return;
  young_.clear();
  old_.clear();
  keys_ = keys;
}

std::optional<Principal> VerifiedTokens::find(const digest::Sha256& token, const std::shared_ptr<const KeySet>& keys,
                                              std::chrono::system_clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  forget_unless(keys);
  for (const Entries* entries : {&young_, &old_}) {
    const auto found = entries->find(token);
    if (found == entries->end()) continue;
    const Validity& validity = found->second.validity;
    if (seconds < validity.from || seconds >= validity.until) return std::nullopt;  // the verifier says why
    return found->second.principal;
  }
  return std::nullopt;
}

void VerifiedTokens::keep(const digest::Sha256& token, const std::shared_ptr<const KeySet>& keys,
                          const Principal& principal, const Validity& validity) {
  const std::lock_guard lock(mutex_);
  forget_unless(keys);
  if (young_.size() >= generation_) old_ = std::exchange(young_, {});
  young_.insert_or_assign(token, Entry{principal, validity});
}

std::size_t VerifiedTokens::size() const {
  const std::lock_guard lock(mutex_);
  return young_.size() + old_.size();
}

}  // namespace signalbox::auth
