// `global` as written: settings of the router as a whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/client_auth_spec.h"
#include "auth/ratelimit_spec.h"
#include "config/describe.h"
#include "decision/program.h"
#include "router/documents_spec.h"
#include "router/image_text_spec.h"
#include "router/lifecycle_spec.h"
#include "router/management_spec.h"
#include "router/model_catalog_spec.h"
#include "router/remote_images_spec.h"

namespace signalbox::router {

enum class Passthrough : std::uint8_t { guarded, open };
enum class ImageIsolation : std::uint8_t { worker, in_process };
std::span<const config::EnumName> enum_names(Passthrough);
std::span<const config::EnumName> enum_names(ImageIsolation);

// How much work the process takes on at once.
struct OverloadSpec {
  std::string path;
  std::int64_t max_active_requests = 4096;
  std::int64_t max_queued_judgements = 512;
};

struct RouterSpec {
  std::string path;
  std::optional<decision::Strategy> strategy;
  std::string auto_model_name;
  std::vector<std::string> auto_model_names;
  bool include_config_models_in_list = false;
  Passthrough passthrough = Passthrough::guarded;
  std::int64_t deadline_ms = 10'000;
  std::vector<std::string> allow_unsupported;
  ImageIsolation image_isolation = ImageIsolation::worker;
  ImageTextSpec image_text;
  std::int64_t image_text_cache_mib = 8;
  std::int64_t max_images = 16;
  DocumentsSpec documents;
  std::optional<RemoteImagesSpec> remote_images;
  std::int64_t max_body_bytes = 32 << 20;
  OverloadSpec overload;
  std::vector<std::string> passthrough_endpoints;
  bool local_embeddings = false;
};

struct IdentityHeadersSpec {
  std::string user_id_header = "x-authz-user-id";
  std::string user_groups_header = "x-authz-user-groups";
};

struct AuthzSpec {
  std::string path;
  bool fail_open = false;
  IdentityHeadersSpec identity;
  std::vector<std::string> trusted_proxies;
};

struct MetricsSpec {
  bool enabled = true;
};

struct ObservabilitySpec {
  MetricsSpec metrics;
};

struct ServicesSpec {
  std::string path;
  AuthzSpec authz;
  auth::ClientAuthSpec client_auth;
  auth::RatelimitSpec ratelimit;
  ManagementApiSpec management_api;
  ObservabilitySpec observability;
  ReloadSpec reload;
  ShutdownSpec shutdown;
};

struct GlobalSpec {
  std::string path;
  RouterSpec router;
  ServicesSpec services;
  ModelCatalogSpec model_catalog;
};

void describe(config::Visitor& v, OverloadSpec& x);
void describe(config::Visitor& v, RouterSpec& x);
void describe(config::Visitor& v, IdentityHeadersSpec& x);
void describe(config::Visitor& v, AuthzSpec& x);
void describe(config::Visitor& v, MetricsSpec& x);
void describe(config::Visitor& v, ObservabilitySpec& x);
void describe(config::Visitor& v, ServicesSpec& x);
void describe(config::Visitor& v, GlobalSpec& x);

}  // namespace signalbox::router
