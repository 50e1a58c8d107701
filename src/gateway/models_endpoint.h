// GET /v1/models and /v1/models/{id}. Pure functions; any thread.
#pragma once

#include <functional>
#include <string_view>

#include "gateway/http.h"
#include "router/snapshot.h"

namespace signalbox::gateway {

bool is_models_path(std::string_view path);
// The list, one model, or 404. Backend models are listed only with include_config_models_in_list. With `may_use`, only
// models that pass it, and virtual ones that could lead to such a model.
HttpResponse models_response(const router::Snapshot& snapshot, std::string_view path,
                             const std::function<bool(std::string_view)>& may_use = {});

}  // namespace signalbox::gateway
