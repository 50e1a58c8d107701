#include "auth/key_set.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <tuple>
#include <utility>

#include "auth/base64url.h"
#include "protocol/json_tree.h"

namespace signalbox::auth {

namespace {

using protocol::JsonTree;
using Kind = JsonTree::Kind;
using Key = std::shared_ptr<EVP_PKEY>;

constexpr std::size_t kMaxKeys = 64;
constexpr int kMinRsaBits = 2048;
constexpr std::size_t kMaxRsaBytes = 1024;  // 8,192 bits: verifying with larger ones costs milliseconds

template <class T, void (*free_it)(T*)>
struct Free {
  void operator()(T* what) const { free_it(what); }
};
using Number = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM, OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string member(JsonTree::Value jwk, std::string_view name) {
  return decode_base64url(jwk[name].string_or()).value_or("");
}

Key from_params(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  Key key(raw, EVP_PKEY_free);
  const Context check(EVP_PKEY_CTX_new_from_pkey(nullptr, raw, nullptr));
  return check && EVP_PKEY_public_check(check.get()) == 1 ? key : nullptr;
}

Key rsa_key(JsonTree::Value jwk) {
  const std::string n = member(jwk, "n");
  const std::string e = member(jwk, "e");
  if (n.empty() || n.size() > kMaxRsaBytes || e.empty() || e.size() > 8) return nullptr;
  const Number modulus(BN_bin2bn(octets(n), static_cast<int>(n.size()), nullptr));
  const Number exponent(BN_bin2bn(octets(e), static_cast<int>(e.size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder || BN_num_bits(modulus.get()) < kMinRsaBits || !BN_is_odd(exponent.get()) ||
      BN_is_one(exponent.get())) {
    return nullptr;
  }
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  return from_params("RSA", builder.get());
}

struct Curve {
  std::string_view name;
  KeyFamily family;
  std::size_t bytes;
};
constexpr Curve kCurves[] = {
    {"P-256", KeyFamily::p256, 32}, {"P-384", KeyFamily::p384, 48}, {"P-521", KeyFamily::p521, 66}};

const Curve* curve_of(std::string_view name) {
  for (const Curve& curve : kCurves) {
    if (curve.name == name) return &curve;
  }
  return nullptr;
}

Key ec_key(JsonTree::Value jwk, const Curve& curve) {
  const std::string x = member(jwk, "x");
  const std::string y = member(jwk, "y");
  if (x.size() != curve.bytes || y.size() != curve.bytes) return nullptr;
  const std::string point = "\x04" + x + y;  // uncompressed
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.name.data(),
                                      curve.name.size()) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  return from_params("EC", builder.get());
}

Key ed25519_key(JsonTree::Value jwk) {
  const std::string x = member(jwk, "x");
  if (x.size() != 32) return nullptr;
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()), EVP_PKEY_free);
}

bool is_for_signatures(JsonTree::Value jwk) {
  if (jwk["use"] && jwk["use"].string_or() != "sig") return false;
  const JsonTree::Value operations = jwk["key_ops"];
  if (!operations) return true;
  for (JsonTree::Value one = operations.first(); one; one = one.next()) {
    if (one.string_or() == "verify") return true;
  }
  return false;
}

// The key and its family; a null key when it cannot be used.
std::pair<Key, KeyFamily> material_of(JsonTree::Value jwk) {
  const std::string_view type = jwk["kty"].string_or();
  if (type == "RSA") return {rsa_key(jwk), KeyFamily::rsa};
  if (type == "OKP" && jwk["crv"].string_or() == "Ed25519") return {ed25519_key(jwk), KeyFamily::ed25519};
  const Curve* curve = type == "EC" ? curve_of(jwk["crv"].string_or()) : nullptr;
  if (curve != nullptr) return {ec_key(jwk, *curve), curve->family};
  return {nullptr, KeyFamily::secret};
}

std::optional<PublicKey> key_from(JsonTree::Value jwk) {
  if (!jwk.is(Kind::object) || !is_for_signatures(jwk)) return std::nullopt;
  PublicKey result;
  std::tie(result.key, result.family) = material_of(jwk);
  if (!result.key) return std::nullopt;
  if (jwk["kid"].is(Kind::string)) result.kid = jwk["kid"].string_or();
  if (const JsonTree::Value alg = jwk["alg"]) {
    result.algorithm = jws_algorithm(alg.string_or());
    if (!result.algorithm || family_of(*result.algorithm) != result.family) return std::nullopt;
  }
  return result;
}

}  // namespace

bool PublicKey::fits(JwsAlgorithm wanted) const {
  return family_of(wanted) == family && (!algorithm || *algorithm == wanted);
}

std::expected<KeySet, std::string> KeySet::parse(std::string_view json) {
  protocol::JsonLimits limits;
  limits.max_bytes = kMaxKeySetBytes;
  limits.max_depth = 8;
  const std::expected<JsonTree, protocol::Error> tree = JsonTree::parse(json, limits);
  if (!tree) return std::unexpected("not strict JSON: " + tree.error().message);
  const JsonTree::Value keys = tree->root().is(Kind::object) ? tree->root()["keys"] : JsonTree::Value();
  if (!keys.is(Kind::array)) return std::unexpected("not a JSON Web Key Set: there is no list \"keys\"");
  if (keys.size() > kMaxKeys) return std::unexpected("more than 64 keys");
  KeySet set;
  for (JsonTree::Value jwk = keys.first(); jwk; jwk = jwk.next()) {
    if (std::optional<PublicKey> key = key_from(jwk)) set.keys_.push_back(std::move(*key));
  }
  if (set.keys_.empty()) return std::unexpected("no key in it can verify a signature");
  return set;
}

std::vector<const PublicKey*> KeySet::candidates(JwsAlgorithm algorithm, const std::optional<std::string>& kid) const {
  std::vector<const PublicKey*> found;
  for (const PublicKey& key : keys_) {
    if (key.fits(algorithm) && (!kid || key.kid == kid)) found.push_back(&key);
  }
  if (!kid && found.size() > 1) found.clear();  // the token must say which
  return found;
}

}  // namespace signalbox::auth
