// PUT, PATCH /config/router, POST /config/router/{rollback,reload}, GET /config/router/versions: changes to the
// configuration.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "api/answers.h"
#include "api/validate_json.h"

namespace signalbox::api {

using gateway::HttpResponse;
using lifecycle::Edit;
using lifecycle::EditResult;
using lifecycle::ReloadResult;
using Json = nlohmann::ordered_json;

namespace {

struct Refusal {
  int status;
  std::string_view code;
};

Refusal refusal_of(EditResult::Status status) {
  using Status = EditResult::Status;
  switch (status) {
    case Status::busy:
      return {503, "DEPLOY_IN_PROGRESS"};
    case Status::not_editable:
      return {409, "CONFIG_NOT_WRITABLE"};
    case Status::changed:
      return {412, "CONFIG_CHANGED"};
    case Status::unknown_version:
      return {404, "NOT_FOUND"};
    case Status::bad_patch:
      return {400, "CONFIG_PATCH_ERROR"};
    case Status::redacted:
      return {422, "REDACTED_VALUE"};
    case Status::refused:
      return {422, "CONFIG_VALIDATION_ERROR"};
    case Status::done:
    case Status::failed:
      break;
  }
  return {500, "CONFIG_PERSIST_ERROR"};
}

// `"abc"`, `W/"abc"` or `abc` -> abc. `*` stands for whatever is in force: nullopt within.
std::optional<std::string> tag_of(std::string_view header) {
  if (header == "*") return std::nullopt;
  if (header.starts_with("W/")) header.remove_prefix(2);
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') header = header.substr(1, header.size() - 2);
  return std::string(header);
}

void add_findings(const ReloadResult& reload, Json& json) {
  Json errors = Json::array(), warnings = Json::array();
  for (const config::Diagnostic& item : reload.diagnostics) {
    (item.severity == config::Severity::error ? errors : warnings).push_back(finding_json(item));
  }
  json["errors"] = std::move(errors);
  json["warnings"] = std::move(warnings);
  json["needs_restart"] = reload.needs_restart;
}

// The shape of an error, and beside it what the configuration would have to say.
HttpResponse refused(const Call& call, Refusal refusal, std::string_view message, const ReloadResult& reload) {
  HttpResponse response = error_answer(call, refusal.status, refusal.code, message);
  if (!reload.diagnostics.empty()) {
    Json body = Json::parse(response.body);
    body["error"]["reason"] = to_string(reload.outcome);
    add_findings(reload, body);
    response = json_answer(refusal.status, body);
  }
  if (refusal.status == 503) response.headers.set("Retry-After", "1");
  return response;
}

HttpResponse with_tag(HttpResponse response, const std::string& fingerprint) {
  response.headers.set("ETag", '"' + fingerprint + '"');
  return response;
}

Json result_json(const ReloadResult& reload, const std::string& fingerprint, const std::string& message) {
  Json json = {
      {"status", to_string(reload.outcome)}, {"version", ""},     {"etag", fingerprint}, {"runtime_status", "in_sync"},
      {"runtime_hash", fingerprint},         {"message", message}};
  add_findings(reload, json);
  return json;
}

HttpResponse answer(const Call& call, const EditResult& result) {
  if (result.status != EditResult::Status::done) {
    return with_tag(refused(call, refusal_of(result.status), result.message, result.reload), result.fingerprint);
  }
  Json json = result_json(result.reload, result.fingerprint, "written, and in force");
  json["version"] = result.version;
  return with_tag(json_answer(200, json), result.fingerprint);
}

HttpResponse no_editor(const Call& call) {
  return error_answer(call, 409, "NO_CONFIG_PATH", "this process has no configuration file to change");
}

HttpResponse edit(const Call& call, Edit edit, bool match_needed) {
  if (call.services.editor == nullptr) return no_editor(call);
  const std::vector<std::string_view> tags = call.request.headers.all("if-match");
  if (tags.size() > 1) return error_answer(call, 400, "INVALID_INPUT", "If-Match is there more than once");
  if (tags.empty() && match_needed) {
    return error_answer(
        call, 428, "PRECONDITION_REQUIRED",
        "send If-Match with the ETag of GET /config/router, so that nobody's change is overwritten unseen");
  }
  if (!tags.empty()) edit.if_match = tag_of(tags.front());
  call.services.log.log(
      telemetry::Level::info, "config_edit",
      {{"kind", to_string(edit.kind)}, {"peer", call.request.peer}, {"request_id", call.request.request_id}});
  return answer(call, call.services.editor->edit(edit));
}

HttpResponse edit_with_body(const Call& call, Edit::Kind kind) {
  std::optional<std::string> yaml = yaml_of(call.request.body);
  if (!yaml || yaml->find_first_not_of(" \t\r\n") == std::string::npos) {
    return error_answer(call, 400, "INVALID_INPUT", "send the configuration as the body, or as {\"yaml\": \"…\"}");
  }
  return edit(call, {kind, std::move(*yaml), std::nullopt}, true);
}

}  // namespace

HttpResponse put_config(const Call& call) {
  return edit_with_body(call, Edit::Kind::put);
}

HttpResponse patch_config(const Call& call) {
  return edit_with_body(call, Edit::Kind::patch);
}

HttpResponse post_rollback(const Call& call) {
  const Json body = Json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || !body.contains("version") || !body["version"].is_string()) {
    return error_answer(call, 400, "INVALID_INPUT", "send {\"version\": \"…\"}, one of GET /config/router/versions");
  }
  return edit(call, {Edit::Kind::rollback, body["version"].get<std::string>(), std::nullopt}, false);
}

HttpResponse post_reload(const Call& call) {
  if (call.services.editor == nullptr) return no_editor(call);
  const std::optional<ReloadResult> result = call.services.editor->reload();
  if (!result) return refused(call, {503, "DEPLOY_IN_PROGRESS"}, "other changes are being made; try again shortly", {});
  if (!result->good()) return refused(call, {422, "CONFIG_VALIDATION_ERROR"}, result->message, *result);
  return with_tag(json_answer(200, result_json(*result, result->fingerprint, "reloaded")), result->fingerprint);
}

HttpResponse get_versions(const Call& call) {
  Json list = Json::array();
  if (call.services.editor != nullptr) {
    for (const lifecycle::Version& version : call.services.editor->versions()) {
      list.push_back({{"version", version.id},
                      {"timestamp", version.timestamp},
                      {"source", version.source},
                      {"filename", version.filename}});
    }
  }
  return json_answer(200, list);
}

}  // namespace signalbox::api
