#include "auth/client_auth.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "auth/glob.h"
#include "auth/jwt.h"

namespace signalbox::auth {

namespace {

using Reason = AuthError::Reason;

std::unexpected<AuthError> refused(Reason reason, std::string_view message) {
  return std::unexpected(AuthError{reason, message});
}

std::uint64_t bucket_of(const digest::Sha256& digest) {
  std::uint64_t bucket = 0;
  std::memcpy(&bucket, digest.data(), sizeof bucket);
  return bucket;
}

bool allows(const std::optional<std::vector<std::string>>& models, std::string_view model) {
  return !models || std::any_of(models->begin(), models->end(),
                                [&](const std::string& pattern) { return glob_matches(pattern, model); });
}

}  // namespace

void ClientAuth::add(Key key) {
  restricts_models_ = restricts_models_ || key.models.has_value();
  auto owned = std::make_unique<Key>(std::move(key));
  owned->principal.key = owned.get();
  by_digest_.emplace(bucket_of(owned->digest), owned.get());
  keys_.push_back(std::move(owned));
}

bool ClientAuth::has(const digest::Sha256& digest) const {
  const auto [begin, end] = by_digest_.equal_range(bucket_of(digest));
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second->digest == digest; });
}

bool ClientAuth::configured(std::string_view listener) const {
  return everywhere_ || guarded_listeners_.contains(listener);
}

bool ClientAuth::required(std::string_view listener) const {
  return !optional_ && configured(listener);
}

// Keys are found by their hash, so what a stranger sends is compared with nothing that resembles it.
const ClientAuth::Key* ClientAuth::find(std::string_view credential, std::string_view listener) const {
  const digest::Sha256 digest = digest::sha256(credential);
  const auto [begin, end] = by_digest_.equal_range(bucket_of(digest));
  for (auto it = begin; it != end; ++it) {
    const Key& key = *it->second;
    const bool here = key.listener.empty() || key.listener == listener;
    if (digest::equal_in_constant_time(key.digest, digest) && here) return &key;
  }
  return nullptr;
}

std::expected<Principal, AuthError> ClientAuth::authenticate(std::string_view credential, std::string_view listener,
                                                             KeySetStore& key_sets, const Moment& now) const {
  if (!configured(listener)) return Principal();
  if (credential.empty()) {
    if (optional_) return Principal();
    return refused(Reason::missing_credential, "the request holds no API key");
  }
  if (credential.size() > kMaxTokenBytes) return refused(Reason::invalid_key, "the API key is not valid");
  if (const Key* key = find(credential, listener)) {
    if (!key->enabled) return refused(Reason::key_disabled, "the API key is disabled");
    if (key->expires && now.wall >= *key->expires) return refused(Reason::key_expired, "the API key has expired");
    return key->principal;
  }
  if (!jwt_ || !looks_like_jwt(credential)) return refused(Reason::invalid_key, "the API key is not valid");
  const std::shared_ptr<const KeySet> fetched = jwt_->source() ? key_sets.get(jwt_->source()->url) : nullptr;
  std::expected<Principal, AuthError> principal = jwt_->verify(credential, fetched, now.wall);
  if (!principal && principal.error().reason == Reason::token_unknown_key && jwt_->source()) {
    key_sets.want(jwt_->source()->url, now.steady);
  }
  return principal;
}

bool ClientAuth::may_use(const Principal& principal, std::string_view team, std::string_view model) const {
  const Key* const key = static_cast<const Key*>(principal.key);
  if (key != nullptr && !allows(key->models, model)) return false;
  if (team.empty() || teams_.empty()) return true;
  const auto found = teams_.find(std::string(team));
  return found == teams_.end() || allows(found->second, model);
}

std::set<std::string> ClientAuth::key_names() const {
  std::set<std::string> names;
  for (const auto& key : keys_) names.insert(key->principal.label);
  return names;
}

}  // namespace signalbox::auth
