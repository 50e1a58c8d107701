// `listeners` and `providers` as written: where requests come in, and which backends serve which model.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/values.h"
#include "router/listener_spec.h"
#include "router/reliability_spec.h"

namespace signalbox::router {

struct ListenerSpec {
  std::string path, name, address = "127.0.0.1";
  std::int64_t port = 8899;
  std::optional<config::Duration> timeout;
  std::optional<ListenerTlsSpec> tls;
  ListenerLimitsSpec limits;
  std::optional<CorsSpec> cors;
  std::vector<std::string> api_keys;
};

// As requests and logs know it.
std::string listener_name(const ListenerSpec& listener);

struct ReasoningFamilySpec {
  std::string path, type, parameter;
};

struct BackendSpec {
  std::string path, name, endpoint, protocol = "http", base_url, provider, type, auth_header, auth_prefix, api_version,
                                    chat_path, api_key, api_key_env;
  std::int64_t weight = 1;
  std::map<std::string, std::string> extra_headers;
  std::optional<BackendTimeoutsSpec> timeouts;
  std::string ca_file;
  bool tls_verify = true;
  std::int64_t max_connections = 1024, max_pending = 1024;
};

struct PricingSpec {
  std::string currency = "USD";
  std::optional<double> prompt_per_1m, completion_per_1m, cached_input_per_1m, cache_write_per_1m;
};

struct ModelSpec {
  std::string path, name, reasoning_family, provider_model_id, api_format = "openai";
  std::map<std::string, std::string> external_model_ids;
  std::vector<BackendSpec> backend_refs;
  std::optional<PricingSpec> pricing;
  std::optional<ReliabilitySpec> reliability;
};

struct ProviderDefaultsSpec {
  std::string path, default_model, default_reasoning_effort;
  std::map<std::string, ReasoningFamilySpec> reasoning_families;
};

struct ProvidersSpec {
  std::string path;
  ProviderDefaultsSpec defaults;
  std::vector<ModelSpec> models;
};

void describe(config::Visitor& v, ListenerSpec& x);
void describe(config::Visitor& v, ReasoningFamilySpec& x);
void describe(config::Visitor& v, BackendSpec& x);
void describe(config::Visitor& v, PricingSpec& x);
void describe(config::Visitor& v, ModelSpec& x);
void describe(config::Visitor& v, ProviderDefaultsSpec& x);
void describe(config::Visitor& v, ProvidersSpec& x);

}  // namespace signalbox::router
