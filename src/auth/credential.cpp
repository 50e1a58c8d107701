#include "auth/credential.h"

#include <algorithm>

namespace signalbox::auth {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view bearer(std::string_view value) {
  constexpr std::string_view kScheme = "bearer ";
  value = trimmed(value);
  if (value.size() < kScheme.size()) return {};
  const bool is_bearer = std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
  });
  return is_bearer ? trimmed(value.substr(kScheme.size())) : std::string_view();
}

}  // namespace

std::expected<std::string_view, AuthError> credential_in(const std::vector<std::string_view>& authorization,
                                                         const std::vector<std::string_view>& api_key) {
  std::string_view found;
  bool good = true;
  const auto take = [&](std::string_view one) {
    good = good && (found.empty() || one.empty() || one == found);
    if (found.empty()) found = one;
  };
  for (const std::string_view value : authorization) take(bearer(value));
  for (const std::string_view value : api_key) take(trimmed(value));
  if (!good) {
    return std::unexpected(AuthError{AuthError::Reason::ambiguous_credential, "the request holds two credentials"});
  }
  return found;
}

}  // namespace signalbox::auth
