// Internal to api/: a judgement as the eval response.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "evidence/evidence.h"
#include "router/judge.h"
#include "router/snapshot.h"

namespace signalbox::api {

nlohmann::ordered_json eval_json(const router::Snapshot& snapshot, const router::Judgement& judgement, bool trace,
                                 bool signals);
// A virtual name that selects the default recipe.
std::string default_virtual_name(const router::Snapshot& snapshot);
std::string_view last_user_text(const evidence::Evidence& evidence);

}  // namespace signalbox::api
