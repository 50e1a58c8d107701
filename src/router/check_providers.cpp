// Providers: models, backends, credentials; listeners and ports.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "router/backend_target.h"
#include "router/checks.h"

namespace signalbox::router {

namespace {

std::vector<std::string> known_models(const RootSpec& root, bool with_loras) {
  std::vector<std::string> names;
  for (const ModelCardSpec& card : root.routing.model_cards) {
    names.push_back(card.name);
    for (const LoraSpec& lora : card.loras) {
      if (with_loras) names.push_back(lora.name);
    }
  }
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_backend(const BackendSpec& backend, const config::Environment& environment, config::Diagnostics& diagnostics) {
  if (backend.endpoint.empty() && backend.base_url.empty()) {
    diagnostics.error(backend.path, "missing_key", "a backend needs endpoint or base_url");
    return;
  }
  const auto target = backend_target(backend, environment);
  const char* key = backend.base_url.empty() ? ".endpoint" : ".base_url";
  if (!target) diagnostics.error(backend.path + key, "bad_endpoint", target.error(), "host:port, or http(s)://host:port/path");
  if (target && !target->missing_key_env.empty()) {
    diagnostics.warning(backend.path + ".api_key_env", "unset_variable",
                        fmt::format("the environment variable {} is not set: requests go out without a key",
                                    backend.api_key_env));
  }
  if (!backend.api_key.empty()) {
    diagnostics.warning(backend.path + ".api_key", "inline_secret", "a key written into a configuration file leaks with it",
                        "use api_key_env");
  }
}

void check_model(const RootSpec& root, const ModelSpec& model, const config::Environment& environment,
                 config::Diagnostics& diagnostics) {
  const std::vector<std::string> cards = known_models(root, false);
  if (!cards.empty() && !contains(cards, model.name)) {
    diagnostics.error(model.path + ".name", "dangling_reference",
                      fmt::format("no model card is named \"{}\"", model.name), config::did_you_mean(model.name, cards));
  }
  const auto& families = root.providers.defaults.reasoning_families;
  if (!model.reasoning_family.empty() && !families.contains(model.reasoning_family)) {
    std::vector<std::string> names;
    for (const auto& [name, family] : families) names.push_back(name);
    diagnostics.error(model.path + ".reasoning_family", "dangling_reference",
                      fmt::format("reasoning family \"{}\" is not declared", model.reasoning_family),
                      config::did_you_mean(model.reasoning_family, names));
  }
  if (model.backend_refs.empty() && model.provider_model_id.empty() && model.external_model_ids.empty() && !model.pricing) {
    diagnostics.error(model.path, "empty_model", "a model needs backend_refs, or at least an id or pricing");
  }
  if (model.api_format == "anthropic") {
    diagnostics.warning(model.path + ".api_format", "unsupported",
                        "anthropic backends are known from VSR but not reached by this build: requests for this model answer "
                        "503");
  }
  for (const BackendSpec& backend : model.backend_refs) check_backend(backend, environment, diagnostics);
}

}  // namespace

void check_providers(const RootSpec& root, const config::Environment& environment, config::Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const ModelSpec& model : root.providers.models) {
    if (!names.insert(model.name).second) {
      diagnostics.error(model.path + ".name", "duplicate_name", fmt::format("model \"{}\" is declared twice", model.name));
    }
    check_model(root, model, environment, diagnostics);
  }
  const std::string& fallback = root.providers.defaults.default_model;
  const std::vector<std::string> cards = known_models(root, true);
  if (!fallback.empty() && !cards.empty() && !contains(cards, fallback)) {
    diagnostics.error("providers.defaults.default_model", "dangling_reference",
                      fmt::format("no model card or LoRA is named \"{}\"", fallback), config::did_you_mean(fallback, cards));
  }
}

namespace {
bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

bool same_address(const std::string& a, const std::string& b) {
  const auto any = [](const std::string& x) { return x == "0.0.0.0" || x == "::"; };
  return a == b || any(a) || any(b) || (is_loopback(a) && is_loopback(b));
}
}  // namespace

void check_listeners(const RootSpec& root, config::Diagnostics& diagnostics) {
  const ManagementApiSpec& management = root.global.services.management_api;
  for (std::size_t i = 0; i < root.listeners.size(); ++i) {
    const ListenerSpec& listener = root.listeners[i];
    const std::string path = listener.path + ".port";
    for (std::size_t j = 0; j < i; ++j) {
      if (listener.port == 0 || listener.port != root.listeners[j].port) continue;
      if (!same_address(listener.address, root.listeners[j].address)) continue;
      diagnostics.error(path, "port_clash", fmt::format("port {} is taken by {}", listener.port, root.listeners[j].path));
    }
    if (listener.port != 0 && listener.port == management.port && same_address(listener.address, management.bind_address)) {
      diagnostics.error(path, "port_clash",
                        fmt::format("port {} is the management port (global.services.management_api.port)", listener.port));
    }
    if (is_loopback(listener.address)) continue;
    const std::string message = fmt::format("{} accepts requests from other machines without client authentication",
                                            listener.address);
    if (root.v1()) {
      diagnostics.error(listener.path + ".address", "open_listener", message, "listen on 127.0.0.1 behind a proxy");
    } else {
      diagnostics.warning(listener.path + ".address", "open_listener", message, "listen on 127.0.0.1 behind a proxy");
    }
  }
}

}  // namespace signalbox::router
