#include "auth/jwt.h"

#include <algorithm>
#include <utility>

#include "auth/base64url.h"

namespace signalbox::auth {

namespace {

using protocol::JsonTree;
using Kind = JsonTree::Kind;

constexpr protocol::JsonLimits kLimits{.max_bytes = kMaxTokenBytes, .max_depth = 16, .max_nodes = 4'096};
constexpr std::size_t kMaxKid = 256;

std::unexpected<JwtFault> fault(std::string_view message) {
  return std::unexpected(JwtFault{false, message});
}

struct Parts {
  std::string_view header, claims, signature;
};

std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

std::optional<JsonTree> object_in(std::string_view part) {
  const std::optional<std::string> json = decode_base64url(part);
  if (!json) return std::nullopt;
  std::expected<JsonTree, protocol::Error> tree = JsonTree::parse(*json, kLimits);
  if (!tree || !tree->root().is(Kind::object)) return std::nullopt;
  return std::move(*tree);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

// Tokens of the same issuer for other ends (log-out, events) carry a type of their own (RFC 8725 §3.11).
bool is_access_token_type(JsonTree::Value typ) {
  if (!typ) return true;
  const std::string name = lower(typ.string_or());
  return name == "jwt" || name == "at+jwt" || name == "application/at+jwt";
}

std::expected<void, JwtFault> read_header(JsonTree::Value header, Jwt& into) {
  for (const std::string_view member : {"crit", "b64", "zip"}) {
    if (header[member]) return fault("the token's header asks for an extension that is not understood");
  }
  if (!is_access_token_type(header["typ"])) return fault("the token is of another type");
  const JsonTree::Value kid = header["kid"];
  if (kid && (!kid.is(Kind::string) || kid.string_or().size() > kMaxKid)) return fault("the token's kid is malformed");
  if (kid) into.kid = kid.string_or();
  const JsonTree::Value alg = header["alg"];
  if (!alg.is(Kind::string)) return fault("the token names no algorithm");
  const std::optional<JwsAlgorithm> algorithm = jws_algorithm(alg.string_or());
  if (!algorithm) return std::unexpected(JwtFault{true, "the token's algorithm is not accepted"});
  into.algorithm = *algorithm;
  return {};
}

}  // namespace

std::expected<Jwt, JwtFault> parse_jwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return fault("the token is too long");
  const std::optional<Parts> parts = split(token);
  if (!parts) return fault("the token does not have three parts");
  const std::optional<JsonTree> header = object_in(parts->header);
  if (!header) return fault("the token's header is malformed");
  std::optional<JsonTree> claims = object_in(parts->claims);
  if (!claims) return fault("the token's claims are malformed");
  std::optional<std::string> signature = decode_base64url(parts->signature);
  if (!signature || signature->empty()) return fault("the token's signature is malformed");
  Jwt jwt{.algorithm = JwsAlgorithm::rs256,
          .kid = {},
          .signing_input = std::string(token.substr(0, parts->header.size() + 1 + parts->claims.size())),
          .signature = std::move(*signature),
          .claims = std::move(*claims)};
  const std::expected<void, JwtFault> good = read_header(header->root(), jwt);
  if (!good) return std::unexpected(good.error());
  return jwt;
}

bool looks_like_jwt(std::string_view credential) {
  return split(credential).has_value();
}

}  // namespace signalbox::auth
