// POST /api/v1/eval: judges a request without sending it. ?trace=true adds the rule trees; ?explain=true also every
// signal with its evidence, and what was read in pictures (what the explain page shows).
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/eval.h"

namespace signalbox::api {

using gateway::HttpResponse;

namespace {

// A flag of the query is on when it is there and not "false" or "0".
bool flag(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view item = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(item.find('='), item.size());
    if (item.substr(0, equals) != name) continue;
    const std::string_view value = item.substr(std::min(equals + 1, item.size()));
    return value != "false" && value != "0";
  }
  return false;
}

}  // namespace

HttpResponse post_eval(const Call& call) {
  if (call.snapshot == nullptr) return error_answer(call, 503, "UNAVAILABLE", "no configuration is in force yet");
  EvalSettings settings;
  settings.images = call.services.images;
  settings.documents = call.services.documents;
  settings.signals = flag(call.request.query, "explain");
  settings.trace = settings.signals || flag(call.request.query, "trace");
  const auto evaluated = evaluate(*call.snapshot, call.request.body, settings);
  return evaluated ? json_answer(200, *evaluated) : error_answer(call, evaluated.error());
}

}  // namespace signalbox::api
