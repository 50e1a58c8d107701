// HMAC-SHA-256 (RFC 2104). Pure; any thread. std::bad_alloc where OpenSSL has no memory.
#pragma once

#include <string_view>

#include "digest/sha256.h"

namespace signalbox::digest {

Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace signalbox::digest
