// Backends: where they are, how they are reached, credentials and limits.
#include <fmt/format.h>

#include <fstream>

#include "plugins/header_rules.h"
#include "router/backend_target.h"
#include "router/checks.h"
#include "router/reliability.h"

namespace signalbox::router {

namespace {

void check_tls(const BackendSpec& backend, bool tls, config::Diagnostics& diagnostics) {
  if (!tls && !backend.ca_file.empty()) {
    diagnostics.warning(backend.path + ".ca_file", "no_effect", "the backend is reached by plain http",
                        "protocol: https");
  }
  if (!backend.ca_file.empty() && !std::ifstream(backend.ca_file).good()) {
    diagnostics.error(backend.path + ".ca_file", "unreadable_file",
                      fmt::format("the file \"{}\" cannot be read", backend.ca_file));
  }
  if (tls && !backend.tls_verify) {
    diagnostics.warning(backend.path + ".tls_verify", "insecure",
                        "any certificate is accepted: whoever is on the path reads and changes requests and keys",
                        "ca_file: the authority that signed the backend's certificate");
  }
}

void check_timeouts(const BackendSpec& backend, config::Diagnostics& diagnostics) {
  if (!backend.timeouts) return;
  check_positive(backend.timeouts->connect, backend.timeouts->path + ".connect", diagnostics);
  check_positive(backend.timeouts->first_byte, backend.timeouts->path + ".first_byte", diagnostics);
  check_positive(backend.timeouts->idle, backend.timeouts->path + ".idle", diagnostics);
}

}  // namespace

void check_backend(const BackendSpec& backend, const config::Environment& environment,
                   config::Diagnostics& diagnostics) {
  if (backend.endpoint.empty() && backend.base_url.empty()) {
    diagnostics.error(backend.path, "missing_key", "a backend needs endpoint or base_url");
    return;
  }
  const auto target = backend_target(backend, environment);
  const char* key = backend.base_url.empty() ? ".endpoint" : ".base_url";
  if (!target)
    diagnostics.error(backend.path + key, "bad_endpoint", target.error(), "host:port, or http(s)://host:port/path");
  for (const auto& [name, value] : backend.extra_headers) {
    if (std::optional<std::string> problem = plugins::header_problem(name, value)) {
      diagnostics.error(config::join(config::join(backend.path, "extra_headers"), name), "bad_header", *problem);
    }
  }
  if (target && !target->missing_key_env.empty()) {
    diagnostics.warning(
        backend.path + ".api_key_env", "unset_variable",
        fmt::format("the environment variable {} is not set: requests go out without a key", backend.api_key_env));
  }
  if (target) check_tls(backend, target->tls, diagnostics);
  check_timeouts(backend, diagnostics);
}

}  // namespace signalbox::router
