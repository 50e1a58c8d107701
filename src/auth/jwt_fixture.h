// For tests: keys made by OpenSSL, tokens signed with them, and key sets that hold them.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "auth/base64url.h"
#include "auth/jws_algorithm.h"

namespace signalbox::auth {

using TestKey = std::shared_ptr<EVP_PKEY>;

inline TestKey made(EVP_PKEY* key) {
  if (key == nullptr) throw std::runtime_error("OpenSSL made no key");
  return TestKey(key, EVP_PKEY_free);
}
inline TestKey rsa_test_key(unsigned bits = 2048) {
  return made(EVP_RSA_gen(bits));
}
inline TestKey ec_test_key(const char* curve) {
  return made(EVP_EC_gen(curve));
}
inline TestKey ed25519_test_key() {
  return made(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

inline std::string number_of(EVP_PKEY* key, const char* name, int bytes = 0) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw std::runtime_error(name);
  std::string out(static_cast<std::size_t>(bytes > 0 ? bytes : BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
  BN_free(number);
  return out;
}

inline std::string rsa_jwk(const TestKey& key, const std::string& kid, const std::string& more = "") {
  return R"({"kty":"RSA","kid":")" + kid + R"(","n":")" +
         encode_base64url(number_of(key.get(), OSSL_PKEY_PARAM_RSA_N)) + R"(","e":")" +
         encode_base64url(number_of(key.get(), OSSL_PKEY_PARAM_RSA_E)) + "\"" + more + "}";
}
inline std::string ec_jwk(const TestKey& key, const std::string& curve, int bytes, const std::string& kid) {
  return R"({"kty":"EC","crv":")" + curve + R"(","kid":")" + kid + R"(","x":")" +
         encode_base64url(number_of(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, bytes)) + R"(","y":")" +
         encode_base64url(number_of(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, bytes)) + "\"}";
}
inline std::string ed25519_jwk(const TestKey& key, const std::string& kid) {
  std::string raw(32, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
  return R"({"kty":"OKP","crv":"Ed25519","kid":")" + kid + R"(","x":")" + encode_base64url(raw) + "\"}";
}
inline std::string jwks(const std::string& keys) {
  return "{\"keys\":[" + keys + "]}";
}

inline const EVP_MD* test_hash(JwsAlgorithm algorithm) {
  const std::size_t bytes = hash_bytes(algorithm);
  return bytes == 32 ? EVP_sha256() : bytes == 48 ? EVP_sha384() : bytes == 64 ? EVP_sha512() : nullptr;
}

// DER to JWS's r and s side by side.
inline std::string from_der(const std::string& der, int bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string out(static_cast<std::size_t>(2 * bytes), '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + bytes, bytes);
  ECDSA_SIG_free(pair);
  return out;
}

inline std::string sign(JwsAlgorithm algorithm, const TestKey& key, std::string_view input) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;
  const EVP_MD* hash = test_hash(algorithm);
  if (EVP_DigestSignInit(context.get(), &parameters, hash, nullptr, key.get()) != 1) throw std::runtime_error("init");
  if (to_string(algorithm).starts_with("PS")) {
    EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
  }
  std::string signature(1024, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(input.data()), input.size()) != 1) {
    throw std::runtime_error("sign");
  }
  signature.resize(size);
  const KeyFamily family = family_of(algorithm);
  if (family == KeyFamily::p256) return from_der(signature, 32);
  if (family == KeyFamily::p384) return from_der(signature, 48);
  if (family == KeyFamily::p521) return from_der(signature, 66);
  return signature;
}

inline std::string hmac(JwsAlgorithm algorithm, std::string_view secret, std::string_view input) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(test_hash(algorithm), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), out, &size);
  return std::string(reinterpret_cast<const char*>(out), size);
}

inline std::string unsigned_token(std::string_view header, std::string_view claims) {
  return encode_base64url(header) + "." + encode_base64url(claims);
}
inline std::string token(JwsAlgorithm algorithm, const TestKey& key, std::string_view header, std::string_view claims) {
  const std::string input = unsigned_token(header, claims);
  return input + "." + encode_base64url(sign(algorithm, key, input));
}

// The public key as PEM: what an attacker would use as an HMAC secret.
inline std::string public_pem(const TestKey& key) {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(out, key.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(out);
  return text;
}

}  // namespace signalbox::auth
