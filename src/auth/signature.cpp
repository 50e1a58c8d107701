// By OpenSSL's EVP interface; what JWS writes differently from it is converted here.
#include "auth/signature.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>

namespace signalbox::auth {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeSignature {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

const EVP_MD* hash_of(JwsAlgorithm algorithm) {
  switch (hash_bytes(algorithm)) {
    case 32:
      return EVP_sha256();
    case 48:
      return EVP_sha384();
    case 64:
      return EVP_sha512();
    default:
      return nullptr;  // EdDSA brings its own
  }
}

bool is_pss(JwsAlgorithm algorithm) {
  return algorithm == JwsAlgorithm::ps256 || algorithm == JwsAlgorithm::ps384 || algorithm == JwsAlgorithm::ps512;
}

std::size_t coordinate_bytes(KeyFamily family) {
  return family == KeyFamily::p256 ? 32 : family == KeyFamily::p384 ? 48 : family == KeyFamily::p521 ? 66 : 0;
}

// JWS writes r and s side by side in full length; OpenSSL wants them in DER. Empty when the length is wrong.
std::string to_der(std::string_view signature, std::size_t coordinate) {
  if (signature.size() != 2 * coordinate) return {};
  const std::unique_ptr<ECDSA_SIG, FreeSignature> pair(ECDSA_SIG_new());
  const int size = static_cast<int>(coordinate);
  BIGNUM* const r = BN_bin2bn(octets(signature), size, nullptr);
  BIGNUM* const s = BN_bin2bn(octets(signature.substr(coordinate)), size, nullptr);
  if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {  // takes both
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  std::string text(reinterpret_cast<const char*>(der), length > 0 ? static_cast<std::size_t>(length) : 0);
  OPENSSL_free(der);
  return text;
}

// The salt of a PS* signature is as long as its hash (RFC 7518 §3.5).
bool set_pss(EVP_PKEY_CTX* key, const EVP_MD* hash) {
  return EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(key, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(key, hash) == 1;
}

}  // namespace

bool verify_signature(JwsAlgorithm algorithm, const PublicKey& key, std::string_view input,
                      std::string_view signature) {
  if (!key.fits(algorithm)) return false;
  std::string der;
  if (const std::size_t coordinate = coordinate_bytes(key.family); coordinate > 0) {
    der = to_der(signature, coordinate);
    if (der.empty()) return false;
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by the context
  const EVP_MD* const hash = hash_of(algorithm);
  if (!context || EVP_DigestVerifyInit(context.get(), &parameters, hash, nullptr, key.key.get()) != 1) return false;
  if (is_pss(algorithm) && !set_pss(parameters, hash)) return false;
  return EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(input), input.size()) == 1;
}

bool verify_hmac(JwsAlgorithm algorithm, std::string_view secret, std::string_view input, std::string_view signature) {
  if (family_of(algorithm) != KeyFamily::secret || secret.empty()) return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected{};
  unsigned length = 0;
  if (HMAC(hash_of(algorithm), secret.data(), static_cast<int>(secret.size()), octets(input), input.size(),
           expected.data(), &length) == nullptr) {
    return false;
  }
  return signature.size() == length && CRYPTO_memcmp(expected.data(), signature.data(), length) == 0;
}

}  // namespace signalbox::auth
