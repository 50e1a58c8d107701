// GET /v1/models and /v1/models/{id}. Pure functions; any thread.
#pragma once

#include <string_view>

#include "gateway/http.h"
#include "router/snapshot.h"

namespace signalbox::gateway {

bool is_models_path(std::string_view path);
// The list, one model, or 404. Backend models are listed only with include_config_models_in_list.
HttpResponse models_response(const router::Snapshot& snapshot, std::string_view path);

}  // namespace signalbox::gateway
