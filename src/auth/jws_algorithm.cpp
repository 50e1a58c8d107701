#include "auth/jws_algorithm.h"

#include <array>

namespace signalbox::auth {

namespace {

struct Row {
  std::string_view name;
  KeyFamily family;
  std::size_t hash;
};

// By enum value.
constexpr std::array<Row, 13> kRows{{{"RS256", KeyFamily::rsa, 32},
                                     {"RS384", KeyFamily::rsa, 48},
                                     {"RS512", KeyFamily::rsa, 64},
                                     {"PS256", KeyFamily::rsa, 32},
                                     {"PS384", KeyFamily::rsa, 48},
                                     {"PS512", KeyFamily::rsa, 64},
                                     {"ES256", KeyFamily::p256, 32},
                                     {"ES384", KeyFamily::p384, 48},
                                     {"ES512", KeyFamily::p521, 64},
                                     {"EdDSA", KeyFamily::ed25519, 0},
                                     {"HS256", KeyFamily::secret, 32},
                                     {"HS384", KeyFamily::secret, 48},
                                     {"HS512", KeyFamily::secret, 64}}};

const Row& row(JwsAlgorithm algorithm) {
  return kRows[static_cast<std::size_t>(algorithm)];
}

}  // namespace

std::optional<JwsAlgorithm> jws_algorithm(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<JwsAlgorithm>(i);
  }
  return std::nullopt;
}

std::string_view to_string(JwsAlgorithm algorithm) {
  return row(algorithm).name;
}

KeyFamily family_of(JwsAlgorithm algorithm) {
  return row(algorithm).family;
}

std::size_t hash_bytes(JwsAlgorithm algorithm) {
  return row(algorithm).hash;
}

}  // namespace signalbox::auth
