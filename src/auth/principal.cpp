#include "auth/principal.h"

namespace signalbox::auth {

std::string_view to_string(AuthError::Reason reason) {
  using Reason = AuthError::Reason;
  switch (reason) {
    case Reason::missing_credential:
      return "missing_credential";
    case Reason::ambiguous_credential:
      return "ambiguous_credential";
    case Reason::invalid_key:
      return "invalid_key";
    case Reason::key_disabled:
      return "key_disabled";
    case Reason::key_expired:
      return "key_expired";
    case Reason::token_malformed:
      return "token_malformed";
    case Reason::token_algorithm:
      return "token_algorithm";
    case Reason::token_unknown_key:
      return "token_unknown_key";
    case Reason::token_signature:
      return "token_signature";
    case Reason::token_expired:
      return "token_expired";
    case Reason::token_not_yet_valid:
      return "token_not_yet_valid";
    case Reason::token_issuer:
      return "token_issuer";
    case Reason::token_audience:
      return "token_audience";
    case Reason::token_claims:
      return "token_claims";
    case Reason::keys_unavailable:
      return "keys_unavailable";
  }
  return "unknown";
}

}  // namespace signalbox::auth
