#include "router/global_spec.h"

#include <array>

#include "router/reserved_shapes.h"

namespace signalbox::router {

std::span<const config::EnumName> enum_names(Passthrough) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "guarded"}, {1, "open"}}};
  return kNames;
}
std::span<const config::EnumName> enum_names(ImageIsolation) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "worker"}, {1, "in_process"}}};
  return kNames;
}

void describe(config::Visitor& v, OverloadSpec& x) {
  v.object("Overload", "How much work the process takes on; what is over it is refused at once (503, Retry-After).",
           &x.path);
  v.field("max_active_requests", x.max_active_requests,
          {.doc = "Requests being answered at the same time, streams included.", .min = 1, .max = 1'000'000});
  v.field(
      "max_queued_judgements", x.max_queued_judgements,
      {.doc = "Large requests and pictures that wait to be judged, and as many short jobs.", .min = 1, .max = 100'000});
}

void describe(config::Visitor& v, RouterSpec& x) {
  static constexpr std::array<std::string_view, 2> kEndpoints{"embeddings", "completions"};
  v.object("Router", "How requests are taken and judged.", &x.path);
  v.field("strategy", x.strategy,
          {.doc = "Order of matching decisions where a recipe says nothing: priority, confidence."});
  v.field("auto_model_name", x.auto_model_name, {.doc = "A further name that selects the default recipe."});
  v.field("auto_model_names", x.auto_model_names,
          {.doc = "Names that select the default recipe; replaces auto, MoM and vllm-sr/auto."});
  v.field("include_config_models_in_list", x.include_config_models_in_list,
          {.doc = "List backend models in /v1/models."});
  v.field("passthrough", x.passthrough,
          {.doc = "Requests that name a backend model: guarded judges them by the security decisions, open by none.",
           .ours = true});
  v.field("deadline_ms", x.deadline_ms,
          {.doc = "Time for judging one request; what is late is unknown.", .min = 1, .max = 600'000, .ours = true});
  v.field(
      "allow_unsupported", x.allow_unsupported,
      {.doc = "Protective plugins that this build does not run and that a decision may carry all the same; without it "
              "such a decision answers 503.",
       .ours = true});
  v.field(
      "image_isolation", x.image_isolation,
      {.doc = "Where pictures are decoded and read: worker (a locked-down process) or in_process. PDFs are only ever "
              "read in a locked-down process.",
       .ours = true});
  v.field("image_text", x.image_text, {.doc = "Text in pictures, and on scanned pages of documents.", .ours = true});
  v.field(
      "image_text_cache_mib", x.image_text_cache_mib,
      {.doc = "Texts read from pictures that are remembered, so that a picture that is sent again is not read again, "
              "and as much again for PDFs; 0: none.",
       .min = 0,
       .max = 4096,
       .ours = true});
  v.field("max_images", x.max_images,
          {.doc = "Pictures of a request that are looked at, the newest first; the others are unjudged (too_many).",
           .min = 0,
           .max = 1000,
           .ours = true});
  v.field("documents", x.documents, {.doc = "PDFs and text files in requests (docs/documents.md).", .ours = true});
  v.field("remote_images", x.remote_images, {.doc = "Fetch pictures by URL (default: none is).", .ours = true});
  v.field("max_body_bytes", x.max_body_bytes,
          {.doc = "Largest request body; above it 413.", .min = 1024, .max = 1 << 30, .ours = true});
  v.field("overload", x.overload, {.doc = "Bounds under load.", .ours = true});
  v.field("passthrough_endpoints", x.passthrough_endpoints,
          {.doc = "Further endpoints that are judged by the security decisions and passed on to the model that the "
                  "request names: /v1/embeddings, /v1/completions (default none: 404).",
           .choices = kEndpoints,
           .ours = true});
  v.field(
      "local_embeddings", x.local_embeddings,
      {.doc = "Answer POST /v1/embeddings by the embedding model of this process, under the name of its folder. Not "
              "together with passthrough_endpoints: [embeddings].",
       .ours = true});
  v.reserved("config_source", "", "Where the configuration comes from; this build reads files.");
  v.reserved("clear_route_cache", "", "An Envoy setting.");
  v.reserved("streamed_body", "enabled max_bytes timeout_sec", "Streamed request bodies through Envoy.");
  v.reserved("skip_processing", "enabled", "Requests that ask not to be judged.");
  v.reserved("model_selection", shapes::kModelSelection, "Defaults of the selection algorithms.");
  v.reserved("learning", shapes::kLearning, "Router learning.");
}

void describe(config::Visitor& v, IdentityHeadersSpec& x) {
  v.object("IdentityHeaders", "Headers that carry the sender's identity.");
  v.field("user_id_header", x.user_id_header, {.doc = "User.", .non_empty = true});
  v.field("user_groups_header", x.user_groups_header, {.doc = "Groups, separated by commas.", .non_empty = true});
}

void describe(config::Visitor& v, AuthzSpec& x) {
  v.object("Authz", "Identity of senders, for role bindings.", &x.path);
  v.field("fail_open", x.fail_open, {.doc = "A request without verified identity has no roles, instead of 403."});
  v.field("identity", x.identity, {.doc = "Header names."});
  v.field(
      "trusted_proxies", x.trusted_proxies,
      {.doc =
           "Peer addresses or CIDR blocks whose identity headers count. Default: none, loopback neither; from anyone "
           "else they are stripped.",
       .ours = true});
  v.reserved("providers", "[]{type headers<>}", "Headers that Envoy adds.");
}

void describe(config::Visitor& v, MetricsSpec& x) {
  v.object("Metrics", "Prometheus metrics at /metrics of the management port.");
  v.field("enabled", x.enabled, {.doc = "Serve /metrics."});
  v.reserved("windowed_metrics", "enabled time_windows update_interval model_metrics queue_depth_estimation max_models",
             "Windowed gauges.");
}

void describe(config::Visitor& v, ObservabilitySpec& x) {
  v.object("Observability", "Metrics and traces.");
  v.field("metrics", x.metrics, {.doc = "Metrics."});
  v.reserved("tracing",
             "enabled provider exporter{type endpoint insecure} sampling{type rate} "
             "resource{service_name service_version deployment_environment}",
             "OpenTelemetry traces.");
}

void describe(config::Visitor& v, ServicesSpec& x) {
  v.object("Services", "Services around the router.", &x.path);
  v.field("authz", x.authz, {.doc = "Identity."});
  v.field("client_auth", x.client_auth, {.doc = "Who may use the gateway.", .ours = true});
  v.field("ratelimit", x.ratelimit, {.doc = "How much a client may ask for."});
  v.field("management_api", x.management_api, {.doc = "The management port."});
  v.field("observability", x.observability, {.doc = "Metrics and traces."});
  v.field("reload", x.reload, {.doc = "New configurations while requests run.", .ours = true});
  v.field("shutdown", x.shutdown, {.doc = "The end of the process.", .ours = true});
  v.reserved("api", shapes::kBatchApi, "Limits of batch classification.");
  v.reserved("response_api", shapes::kResponseApi, "The Responses protocol.");
  v.reserved("router_replay", shapes::kRouterReplay, "Replay records.");
  v.reserved("startup_status", "store_backend redis{address db password! key_prefix}",
             "Where start-up status is kept.");
}

void describe(config::Visitor& v, GlobalSpec& x) {
  v.object("Global", "Settings of the router as a whole.", &x.path);
  v.field("router", x.router, {.doc = "Requests."});
  v.field("services", x.services, {.doc = "Services."});
  v.reserved("stores", shapes::kStores, "Response cache, memory, vector store.");
  v.reserved("integrations", shapes::kIntegrations, "Tool database and multi-model calls.");
  v.field("model_catalog", x.model_catalog, {.doc = "Models behind learned signals."});
}

}  // namespace signalbox::router
