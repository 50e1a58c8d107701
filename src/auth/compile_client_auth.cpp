// From the configuration's text to keys and a verifier, with every mistake reported where it stands.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "auth/client_auth.h"

namespace signalbox::auth {

namespace {

constexpr std::size_t kShortestKey = 16;

// Nothing when the file cannot be read or is larger than a key set may be.
std::optional<std::string> read_key_file(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMaxKeySetBytes) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? std::optional(std::move(text).str()) : std::nullopt;
}

bool is_within(const config::Duration& duration, std::chrono::nanoseconds least, std::chrono::nanoseconds most) {
  return duration.value >= least && duration.value <= most;
}

}  // namespace

class ClientAuth::Compiler {
 public:
  Compiler(const config::Environment& environment, config::Diagnostics& diagnostics)
      : environment_(environment), diagnostics_(diagnostics), out_(std::make_shared<ClientAuth>()) {}

  std::shared_ptr<const ClientAuth> run(const ClientAuthSpec& spec, const std::vector<ListenerKeys>& listeners) {
    out_->optional_ = spec.optional;
    out_->everywhere_ = !spec.api_keys.empty() || spec.jwt.has_value();
    for (const auto& [name, team] : spec.teams) {
      out_->teams_.emplace(name, team.models);
      out_->restricts_models_ = out_->restricts_models_ || team.models.has_value();
    }
    for (const ApiKeySpec& key : spec.api_keys) add_key(key, spec);
    for (const ListenerKeys& listener : listeners) add_listener(listener);
    if (spec.jwt) add_jwt(*spec.jwt);
    return out_;
  }

 private:
  void error(const std::string& path, std::string_view key, std::string_view code, std::string message,
             std::string suggestion = {}) {
    diagnostics_.error(key.empty() ? path : config::join(path, key), code, std::move(message), std::move(suggestion));
  }

  void add_key(const ApiKeySpec& spec, const ClientAuthSpec& auth) {
    if (!spec.name.empty() && !names_.insert(spec.name).second) {
      error(spec.path, "name", "duplicate_name", fmt::format("API key \"{}\" is declared twice", spec.name));
    }
    if (!spec.team.empty() && !auth.teams.empty() && !auth.teams.contains(spec.team)) {
      diagnostics_.warning(config::join(spec.path, "team"), "unknown_team",
                           fmt::format("team \"{}\" is not among client_auth.teams: nothing restricts it", spec.team),
                           config::did_you_mean(spec.team, team_names(auth)));
    }
    if (spec.sha256.empty()) return;  // said already
    const std::optional<digest::Sha256> digest = digest::sha256_from_hex(spec.sha256);
    if (!digest) {
      return error(spec.path, "sha256", "bad_value", "a SHA-256 hash is 64 hexadecimal digits",
                   "`signalbox hash-key` prints it");
    }
    if (out_->has(*digest)) {
      return error(spec.path, "sha256", "duplicate_name", "two API keys have the same hash");
    }
    out_->add(key_of(spec, *digest));
  }

  static std::vector<std::string> team_names(const ClientAuthSpec& auth) {
    std::vector<std::string> names;
    for (const auto& [name, team] : auth.teams) names.push_back(name);
    return names;
  }

  static Key key_of(const ApiKeySpec& spec, const digest::Sha256& digest) {
    Key key;
    key.digest = digest;
    key.enabled = spec.enabled;
    key.models = spec.models;
    if (spec.expires) key.expires = spec.expires->value;
    key.principal.method = Principal::Method::key;
    key.principal.label = spec.name;
    key.principal.may_act_for = spec.may_act_for;
    key.principal.identity.verified = true;
    key.principal.identity.user = spec.user.empty() ? spec.name : spec.user;
    key.principal.identity.groups = spec.groups;
    key.principal.identity.team = spec.team;
    key.principal.identity.tenant = spec.tenant;
    return key;
  }

  void add_listener(const ListenerKeys& listener) {
    if (listener.keys.empty()) return;
    if (!out_->guarded_listeners_.insert(listener.listener).second) {
      return error(listener.path, "name", "duplicate_name",
                   fmt::format("two listeners with API keys are called \"{}\": whose keys they are is not clear",
                               listener.listener));
    }
    for (std::size_t i = 0; i < listener.keys.size(); ++i) {
      const std::string path = config::join(config::join(listener.path, "api_keys"), i);
      if (listener.keys[i].size() < kShortestKey) {
        diagnostics_.warning(path, "short_api_key",
                             fmt::format("an API key of under {} bytes can be guessed", kShortestKey),
                             "`signalbox hash-key` makes one");
      }
      if (listener.keys[i].empty()) {
        error(path, "", "bad_value", "an API key must not be empty");
        continue;
      }
      Key key;
      key.digest = digest::sha256(listener.keys[i]);
      key.listener = listener.listener;
      key.principal.method = Principal::Method::key;
      key.principal.label = fmt::format("{}[{}]", listener.listener, i);
      out_->add(std::move(key));
    }
  }

  void add_jwt(const JwtSpec& spec) {
    if (!is_within(spec.leeway, std::chrono::seconds(0), std::chrono::minutes(5))) {
      error(spec.path, "leeway", "out_of_range", "expected 0s to 5m");
    }
    if (!is_within(spec.refresh, std::chrono::minutes(1), std::chrono::hours(24))) {
      error(spec.path, "refresh", "out_of_range", "expected 1m to 24h");
    }
    const bool symmetric = uses(spec, true);
    const bool asymmetric = uses(spec, false);
    std::string secret = symmetric ? secret_of(spec) : std::string();
    if (asymmetric && spec.jwks_file.empty() && spec.jwks_url.empty()) {
      error(spec.path, "", "missing_key", "the algorithms need public keys", "set jwks_url or jwks_file");
    }
    std::shared_ptr<const KeySet> file_keys = file_keys_of(spec);
    std::optional<KeySource> source = source_of(spec);
    if (diagnostics_.ok()) out_->jwt_.emplace(spec, std::move(file_keys), std::move(source), std::move(secret));
  }

  static bool uses(const JwtSpec& spec, bool symmetric) {
    return std::any_of(spec.algorithms.begin(), spec.algorithms.end(), [&](const std::string& name) {
      const std::optional<JwsAlgorithm> algorithm = jws_algorithm(name);
      return algorithm && (family_of(*algorithm) == KeyFamily::secret) == symmetric;
    });
  }

  // RFC 7518 §3.2: a secret is at least as long as the hash.
  std::string secret_of(const JwtSpec& spec) {
    if (spec.secret_env.empty()) {
      error(spec.path, "algorithms", "missing_key", "HS* algorithms need a secret", "set secret_env");
      return {};
    }
    const std::string secret = environment_(spec.secret_env).value_or("");
    std::size_t least = 0;
    for (const std::string& name : spec.algorithms) {
      const std::optional<JwsAlgorithm> algorithm = jws_algorithm(name);
      if (algorithm && family_of(*algorithm) == KeyFamily::secret) least = std::max(least, hash_bytes(*algorithm));
    }
    if (secret.size() < least) {
      error(spec.path, "secret_env", "weak_secret",
            fmt::format("the variable \"{}\" is unset or shorter than {} bytes", spec.secret_env, least));
    }
    return secret;
  }

  std::shared_ptr<const KeySet> file_keys_of(const JwtSpec& spec) {
    if (spec.jwks_file.empty()) return nullptr;
    const std::optional<std::string> text = read_key_file(spec.jwks_file);
    if (!text) {
      error(spec.path, "jwks_file", "unreadable",
            fmt::format("\"{}\" cannot be read, or is over 256 KiB", spec.jwks_file));
      return nullptr;
    }
    std::expected<KeySet, std::string> keys = KeySet::parse(*text);
    if (!keys) {
      error(spec.path, "jwks_file", "bad_key_set",
            fmt::format("\"{}\" is no set of keys: {}", spec.jwks_file, keys.error()));
      return nullptr;
    }
    return std::make_shared<const KeySet>(std::move(*keys));
  }

  std::optional<KeySource> source_of(const JwtSpec& spec) {
    if (spec.jwks_url.empty()) return std::nullopt;
    std::expected<WebUrl, std::string> url = parse_https_url(spec.jwks_url);
    if (!url) {
      error(spec.path, "jwks_url", "bad_value", url.error(), "https://issuer.example/.well-known/jwks.json");
      return std::nullopt;
    }
    if (!spec.ca_file.empty() && !std::ifstream(spec.ca_file)) {
      error(spec.path, "ca_file", "unreadable", fmt::format("\"{}\" cannot be read", spec.ca_file));
    }
    return KeySource{spec.jwks_url, std::move(*url), spec.ca_file, spec.refresh.value};
  }

  const config::Environment& environment_;
  config::Diagnostics& diagnostics_;
  std::shared_ptr<ClientAuth> out_;
  std::set<std::string> names_;
};

std::shared_ptr<const ClientAuth> ClientAuth::compile(const ClientAuthSpec& spec,
                                                      const std::vector<ListenerKeys>& listeners,
                                                      const config::Environment& environment,
                                                      config::Diagnostics& diagnostics) {
  return Compiler(environment, diagnostics).run(spec, listeners);
}

}  // namespace signalbox::auth
