// Internal to api/: one request on its way through the management port, and the endpoints by name.
//
// A Call lives for one request and holds the snapshot that was in force when it came. Endpoints are pure functions of
// it (but for pictures that have to be read); any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/management.h"
#include "gateway/http.h"

namespace signalbox::api {

struct Call {
  const ManagementServices& services;
  std::shared_ptr<const router::Snapshot> snapshot;  // null while there is none
  const gateway::HttpRequest& request;
};

// The configuration in a body: the body itself, or its member `yaml` when it is a JSON object that has one. (JSON is
// YAML: a configuration may come as a JSON object, too.) nullopt when the member is there but is no text.
std::optional<std::string> yaml_of(const std::string& body);

// health_endpoints.cpp
gateway::HttpResponse get_health(const Call& call);
gateway::HttpResponse get_ready(const Call& call);
gateway::HttpResponse get_metrics(const Call& call);
// eval_endpoint.cpp
gateway::HttpResponse post_eval(const Call& call);
// config_endpoints.cpp
gateway::HttpResponse get_config(const Call& call);
gateway::HttpResponse get_config_hash(const Call& call);
gateway::HttpResponse post_validate(const Call& call);
// config_writes.cpp
gateway::HttpResponse put_config(const Call& call);
gateway::HttpResponse patch_config(const Call& call);
gateway::HttpResponse post_rollback(const Call& call);
gateway::HttpResponse post_reload(const Call& call);
gateway::HttpResponse get_versions(const Call& call);
// embedding_endpoints.cpp
gateway::HttpResponse post_embeddings(const Call& call);
gateway::HttpResponse post_similarity(const Call& call);
gateway::HttpResponse post_similarity_batch(const Call& call);
gateway::HttpResponse get_embedding_models(const Call& call);
// classify_endpoints.cpp
gateway::HttpResponse post_classify_intent(const Call& call);
gateway::HttpResponse post_classify_fact_check(const Call& call);
gateway::HttpResponse post_classify_user_feedback(const Call& call);
gateway::HttpResponse post_classify_batch(const Call& call);
// Of models that are not there yet: 503.
gateway::HttpResponse post_classify_pii(const Call& call);
gateway::HttpResponse post_classify_security(const Call& call);
gateway::HttpResponse post_classify_combined(const Call& call);
// info_endpoints.cpp
gateway::HttpResponse get_info(const Call& call);
gateway::HttpResponse get_info_models(const Call& call);
// page_endpoints.cpp: the file of the explain page at the request's path
gateway::HttpResponse get_page(const Call& call);

}  // namespace signalbox::api
