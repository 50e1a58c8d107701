#include "digest/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

namespace signalbox::digest {

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 result{};
  unsigned int size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(), result.data(), &size) ==
      nullptr) {
    throw std::bad_alloc();
  }
  return result;
}

}  // namespace signalbox::digest
