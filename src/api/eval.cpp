#include "api/eval.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "api/eval_json.h"
#include "api/read_images.h"
#include "api/views_json.h"
#include "protocol/eval_request.h"
#include "router/judge.h"

namespace signalbox::api {

std::expected<nlohmann::ordered_json, protocol::Error> evaluate(const router::Snapshot& snapshot, std::string_view body,
                                                                const EvalSettings& settings) {
  std::expected<protocol::EvalRequest, protocol::Error> parsed = protocol::parse_eval_request(body);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  evidence::Evidence evidence = parsed->has_text ? evidence::from_text(parsed->text, settings.identity)
                                                 : evidence::from_request(parsed->request, settings.identity);
  if (parsed->has_text) {  // tools and metadata belong to the evidence in either form
    const evidence::Evidence rest = evidence::from_request(parsed->request, settings.identity);
    evidence.tools = rest.tools;
    evidence.metadata = rest.metadata;
  }
  evidence::limit_images(evidence, static_cast<std::size_t>(snapshot.spec->global.router.max_images));
  router::JudgeOptions options;
  std::optional<ImageRecorder> recorder;
  if (settings.images != nullptr) recorder.emplace(*settings.images);
  options.images = recorder ? &*recorder : nullptr;
  options.for_eval = true;
  options.decide.eager = true;
  options.decide.trace = settings.trace || parsed->options.trace;
  options.decide.identity =
      settings.identity.verified ? decision::IdentityPolicy::enforce : decision::IdentityPolicy::report;
  const std::string default_model = snapshot.virtual_names.empty() ? "" : default_virtual_name(snapshot);
  const std::string_view model =
      parsed->request.model.empty() ? std::string_view(default_model) : parsed->request.model;
  const router::Judgement judgement = router::judge_request(snapshot, model, evidence, options);
  if (judgement.recipe == nullptr) {
    return std::unexpected(protocol::Error{404, "invalid_request_error", "model_not_found",
                                           "this model name is neither virtual nor configured", "model"});
  }
  nlohmann::ordered_json response = eval_json(snapshot, judgement, options.decide.trace, settings.signals);
  if (settings.signals) {
    response["images"] = images_json(evidence, recorder ? &*recorder : nullptr);
    response["views"] = views_json(evidence, recorder ? &*recorder : nullptr);
  }
  response["original_text"] = std::string(parsed->has_text ? parsed->text : last_user_text(evidence));
  response["requested_model"] = std::string(parsed->request.model);
  return response;
}

}  // namespace signalbox::api
