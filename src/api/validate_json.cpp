#include "api/validate_json.h"

#include <nlohmann/json.hpp>

namespace signalbox::api {

using Json = nlohmann::ordered_json;

Json finding_json(const config::Diagnostic& item) {
  return {{"file", item.file}, {"line", item.line},       {"column", item.column},        {"path", item.path},
          {"code", item.code}, {"message", item.message}, {"suggestion", item.suggestion}};
}

Json validate_json(const config::Diagnostics& diagnostics) {
  Json errors = Json::array(), warnings = Json::array();
  for (const config::Diagnostic& item : diagnostics.items()) {
    (item.severity == config::Severity::error ? errors : warnings).push_back(finding_json(item));
  }
  const bool truncated = errors.size() + warnings.size() < diagnostics.errors() + diagnostics.warnings();
  Json result = Json::object();
  result["valid"] = diagnostics.ok();
  result["errors"] = std::move(errors);
  result["warnings"] = std::move(warnings);
  if (truncated) result["truncated"] = true;
  return result;
}

Json validate_json(const router::Loaded& loaded) {
  return validate_json(*loaded.diagnostics);
}

}  // namespace signalbox::api
