#include "router/providers_spec.h"

#include <array>

namespace signalbox::router {

std::string listener_name(const ListenerSpec& listener) {
  return listener.name.empty() ? "gateway" : listener.name;
}

void describe(config::Visitor& v, ListenerSpec& x) {
  v.object("Listener", "An address on which the gateway accepts requests.", &x.path);
  v.field("name", x.name, {.doc = "Shown in logs."});
  v.field("address", x.address, {.doc = "IPv4 or IPv6 address; 0.0.0.0 accepts from other machines."});
  v.field("port", x.port, {.doc = "TCP port; 0 takes a free one.", .required = true, .min = 0, .max = 65535});
  v.field(
      "timeout", x.timeout,
      {.doc =
           "Longest wait for the first byte of a backend's answer, such as 300s; the longest of all listeners holds."});
  v.field("tls", x.tls, {.doc = "TLS; without it the listener speaks plain HTTP.", .ours = true});
  v.field("limits", x.limits, {.doc = "Limits and timeouts.", .ours = true});
  v.field("cors", x.cors, {.doc = "Calls from web pages.", .ours = true});
  v.field("api_keys", x.api_keys,
          {.doc = "Keys that open this listener, in plain text; they name nobody. Prefer the hashed keys of "
                  "global.services.client_auth.",
           .secret = true});
}

void describe(config::Visitor& v, ReasoningFamilySpec& x) {
  static constexpr std::array<std::string_view, 3> kTypes{"chat_template_kwargs", "reasoning_effort",
                                                          "top_level_reasoning_effort"};
  v.object("ReasoningFamily", "How a family of models is told to reason.", &x.path);
  v.field("type", x.type,
          {.doc = "chat_template_kwargs: a switch in chat_template_kwargs; reasoning_effort: the effort in "
                  "chat_template_kwargs; top_level_reasoning_effort: the effort as a member of the body.",
           .required = true,
           .choices = kTypes});
  v.field("parameter", x.parameter, {.doc = "Name of the switch or member.", .required = true, .non_empty = true});
}

void describe(config::Visitor& v, BackendSpec& x) {
  static constexpr std::array<std::string_view, 2> kProtocols{"http", "https"};
  v.object("Backend", "One server of a model. Needs endpoint or base_url.", &x.path);
  v.field("name", x.name, {.doc = "Shown in logs and metrics."});
  v.field("endpoint", x.endpoint, {.doc = "host:port, scheme optional (default port 80, 443 with https)."});
  v.field("protocol", x.protocol, {.doc = "Of endpoint when it names no scheme.", .choices = kProtocols});
  v.field("base_url", x.base_url, {.doc = "URL in front of /chat/completions, such as https://api.example.com/v1."});
  v.field("weight", x.weight,
          {.doc = "Share of the model's requests; 0 takes none while another backend has a weight.",
           .min = 0,
           .max = 1'000'000});
  v.field("type", x.type, {.doc = "Kind of server (vllm, openai…); information only."});
  v.field("provider", x.provider, {.doc = "Name of the provider; information only."});
  v.field("auth_header", x.auth_header, {.doc = "Header that carries the key (default Authorization)."});
  v.field("auth_prefix", x.auth_prefix, {.doc = "Word in front of the key (default Bearer)."});
  v.field("extra_headers", x.extra_headers, {.doc = "Headers added to every request to this backend."});
  v.field("api_version", x.api_version, {.doc = "Sent as the query parameter api-version."});
  v.field("chat_path", x.chat_path, {.doc = "Path under base_url (default /chat/completions)."});
  v.field("api_key", x.api_key, {.doc = "The key itself; prefer api_key_env.", .secret = true});
  v.field("api_key_env", x.api_key_env, {.doc = "Environment variable that holds the key."});
  v.field("timeouts", x.timeouts, {.doc = "Longest waits.", .ours = true});
  v.field("ca_file", x.ca_file,
          {.doc = "PEM file with the authorities that may sign this backend's certificate, instead of the system's.",
           .ours = true});
  v.field("tls_verify", x.tls_verify,
          {.doc = "false accepts any certificate: anyone on the path can read and change requests.", .ours = true});
  v.field("max_connections", x.max_connections,
          {.doc = "Requests at the same time, per I/O thread.", .min = 1, .max = 1'000'000, .ours = true});
  v.field("max_pending", x.max_pending,
          {.doc = "Requests that wait for one of these connections, per I/O thread; more are answered 503.",
           .min = 0,
           .max = 1'000'000,
           .ours = true});
}

void describe(config::Visitor& v, PricingSpec& x) {
  v.object("Pricing", "Prices per million tokens, for cost budgets and metrics.");
  v.field("currency", x.currency, {.doc = "ISO 4217 code."});
  v.field("prompt_per_1m", x.prompt_per_1m, {.doc = "Prompt tokens.", .min = 0});
  v.field("completion_per_1m", x.completion_per_1m, {.doc = "Completion tokens.", .min = 0});
  v.field("cached_input_per_1m", x.cached_input_per_1m,
          {.doc = "Prompt tokens read from a provider's cache.", .min = 0});
  v.field("cache_write_per_1m", x.cache_write_per_1m,
          {.doc = "Prompt tokens written to a provider's cache.", .min = 0});
}

void describe(config::Visitor& v, ModelSpec& x) {
  static constexpr std::array<std::string_view, 2> kFormats{"openai", "anthropic"};
  v.object("Model", "How a model of routing.modelCards is reached.", &x.path);
  v.field("name", x.name, {.doc = "Name of the model card.", .required = true, .non_empty = true});
  v.field("reasoning_family", x.reasoning_family, {.doc = "A key of providers.defaults.reasoning_families."});
  v.field("provider_model_id", x.provider_model_id, {.doc = "Model name sent upstream (default: name)."});
  v.field("external_model_ids", x.external_model_ids,
          {.doc = "Model name by backend type, in front of provider_model_id."});
  v.field("api_format", x.api_format,
          {.doc = "Protocol of the backend. anthropic backends answer 503 in this build.", .choices = kFormats});
  v.field("backend_refs", x.backend_refs, {.doc = "Servers of the model."});
  v.field("pricing", x.pricing, {.doc = "Prices."});
  v.field("reliability", x.reliability, {.doc = "Load balancing, retries, outlier ejection and health checks."});
}

void describe(config::Visitor& v, ProviderDefaultsSpec& x) {
  v.object("ProviderDefaults", "What holds when nothing more specific does.", &x.path);
  v.field("default_model", x.default_model, {.doc = "Model that answers when no decision matches."});
  v.field("default_reasoning_effort", x.default_reasoning_effort,
          {.doc = "Effort of models that reason (default medium)."});
  v.field("reasoning_families", x.reasoning_families, {.doc = "Reasoning switches by family name."});
}

void describe(config::Visitor& v, ProvidersSpec& x) {
  v.object("Providers", "Deployment: which servers answer for which model.", &x.path);
  v.field("defaults", x.defaults, {.doc = "Fallbacks."});
  v.field("models", x.models, {.doc = "One entry a model."});
}

}  // namespace signalbox::router
