// Did this key make this signature? The only place where signatures are judged.
//
// Pure; any thread. Tens of microseconds for RSA, about a hundred for elliptic curves.
#pragma once

#include <string_view>

#include "auth/jws_algorithm.h"
#include "auth/key_set.h"

namespace signalbox::auth {

// Asymmetric algorithms. False for anything but a signature of `input` by this key, and for a key of another family.
bool verify_signature(JwsAlgorithm algorithm, const PublicKey& key, std::string_view input, std::string_view signature);
// HS*, compared in constant time.
bool verify_hmac(JwsAlgorithm algorithm, std::string_view secret, std::string_view input, std::string_view signature);

}  // namespace signalbox::auth
