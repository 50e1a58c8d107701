// POST /api/v1/classify/*: the configuration's classifiers, in VSR's shapes. `windows`, `truncated` and `model_used`
// are ours.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "api/embedding_call.h"
#include "api/eval.h"
#include "protocol/eval_request.h"

namespace signalbox::api {

using gateway::HttpResponse;
using Json = nlohmann::ordered_json;
using protocol::JsonTree;
using signals::ClassifierModel;

namespace {

class Stopwatch {
 public:
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_).count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

HttpResponse not_ready(const Call& call, std::string_view why) {
  return error_answer(call, 503, "MODEL_NOT_READY", why);
}

std::expected<JsonTree, HttpResponse> read_body(const Call& call) {
  if (call.snapshot == nullptr) {
    return std::unexpected(error_answer(call, 503, "UNAVAILABLE", "no configuration is in force yet"));
  }
  auto tree = JsonTree::parse(call.request.body, {.max_bytes = kMaxManagementBody});
  if (!tree) return std::unexpected(error_answer(call, tree.error()));
  if (tree->root().is(JsonTree::Kind::object)) return std::move(*tree);
  return std::unexpected(error_answer(call, 400, "INVALID_INPUT", "the body must be a JSON object"));
}

// One text and the label that was told of it.
struct Told {
  models::Classification text;
  std::size_t best = 0;
  double probability = 0;
};

std::expected<Told, HttpResponse> tell(const Call& call, const ClassifierModel& model, std::string_view text) {
  if (!model.classifier) return std::unexpected(not_ready(call, model.missing));
  auto result = model.classifier->classify(
      text, {.deadline = std::chrono::steady_clock::now() + kEmbeddingPatience, .cancelled = {}});
  if (!result) return std::unexpected(answer_of(call, result.error()));
  const auto best = std::ranges::max_element(result->probabilities);
  Told told{.text = {}, .best = static_cast<std::size_t>(best - result->probabilities.begin()), .probability = *best};
  told.text = std::move(*result);
  return told;
}

Json probabilities_json(const ClassifierModel& model, const Told& told) {
  Json probabilities = Json::object();
  for (std::size_t i = 0; i < model.labels().size(); ++i) {
    probabilities[model.labels()[i]] = told.text.probabilities[i];
  }
  return probabilities;
}

void add_coverage(Json& answer, const ClassifierModel& model, const Told& told) {
  answer["model_used"] = model.classifier->info().name;
  answer["windows"] = told.text.windows.size();
  answer["truncated"] = told.text.truncated();
}

// What the routing would do with the same request, as VSR repeats it here.
void add_routing(Json& answer, const Json& evaluated) {
  answer["recommended_model"] = evaluated.value("selected_model", Json());
  answer["routing_decision"] = evaluated.value("routing_decision", Json());
  const Json decision = evaluated.value("decision_result", Json::object());
  answer["matched_signals"] = decision.value("matched_signals", Json::object());
  answer["decision_result"] = {{"decision_name", decision.value("decision_name", Json())}};
  answer["signal_errors"] = evaluated.value("signal_errors", Json::object());
}

// {text} in, the label under `key` and its probability out.
HttpResponse classify_text(const Call& call, const ClassifierModel signals::LearnedModels::* role,
                           void (*fill)(const ClassifierModel&, const Told&, Json&)) {
  const Stopwatch watch;
  const auto tree = read_body(call);
  if (!tree) return tree.error();
  const auto text = text_member(call, tree->root(), "text");
  if (!text) return text.error();
  const ClassifierModel& model = (*call.snapshot->learned).*role;
  const auto told = tell(call, model, *text);
  if (!told) return told.error();
  Json answer;
  fill(model, *told, answer);
  answer["label"] = model.labels()[told->best];
  answer["confidence"] = told->probability;
  answer["processing_time_ms"] = watch.ms();
  add_coverage(answer, model, *told);
  return json_answer(200, answer);
}

}  // namespace

HttpResponse post_classify_intent(const Call& call) {
  const Stopwatch watch;
  if (call.snapshot == nullptr) return error_answer(call, 503, "UNAVAILABLE", "no configuration is in force yet");
  const auto request = protocol::parse_eval_request(call.request.body);
  if (!request) return error_answer(call, request.error());
  EvalSettings settings;
  settings.images = call.services.images;
  settings.documents = call.services.documents;
  const auto evaluated = evaluate(*call.snapshot, call.request.body, settings);
  if (!evaluated) return error_answer(call, evaluated.error());
  const ClassifierModel& model = call.snapshot->learned->domain;
  const auto told = tell(call, model, evaluated->value("original_text", ""));
  if (!told) return told.error();
  Json answer;
  answer["classification"] = {
      {"category", model.labels()[told->best]}, {"confidence", told->probability}, {"processing_time_ms", watch.ms()}};
  if (request->options.return_probabilities) answer["probabilities"] = probabilities_json(model, *told);
  add_routing(answer, *evaluated);
  add_coverage(answer, model, *told);
  return json_answer(200, answer);
}

HttpResponse post_classify_fact_check(const Call& call) {
  return classify_text(call, &signals::LearnedModels::fact_check,
                       [](const ClassifierModel& model, const Told& told, Json& answer) {
                         const bool negative = signals::plain_label(model.labels()[told.best]).starts_with("no ");
                         const double needed = negative ? 1 - told.probability : told.probability;
                         answer["needs_fact_check"] = needed >= model.threshold;
                       });
}

HttpResponse post_classify_user_feedback(const Call& call) {
  return classify_text(call, &signals::LearnedModels::feedback,
                       [](const ClassifierModel& model, const Told& told, Json& answer) {
                         answer["feedback_type"] = model.labels()[told.best];
                       });
}

HttpResponse post_classify_batch(const Call& call) {
  const Stopwatch watch;
  const auto tree = read_body(call);
  if (!tree) return tree.error();
  const auto texts = texts_member(call, tree->root(), "texts");
  if (!texts) return texts.error();
  std::string_view task = "intent";
  if (auto read = protocol::read_string(tree->root()["task_type"], protocol::JsonPath().key("task_type"), task);
      !read) {
    return error_answer(call, read.error());
  }
  if (task == "pii" || task == "security" || task == "all")
    return not_ready(call, "no model for this task is installed");
  if (!task.empty() && task != "intent") {
    return error_answer(call, 400, "INVALID_TASK_TYPE", "task_type must be intent, pii, security or all");
  }
  const ClassifierModel& model = call.snapshot->learned->domain;
  Json results = Json::array();
  Json distribution = Json::object();
  double confidence = 0;
  std::size_t unsure = 0;
  for (const std::string_view text : *texts) {
    const Stopwatch one;
    const auto told = tell(call, model, text);
    if (!told) return told.error();
    const std::string& category = model.labels()[told->best];
    results.push_back({{"category", category},
                       {"confidence", told->probability},
                       {"processing_time_ms", one.ms()},
                       {"probabilities", probabilities_json(model, *told)}});
    distribution[category] = distribution.value(category, 0) + 1;
    confidence += told->probability;
    unsure += told->probability < model.threshold ? 1 : 0;
  }
  return json_answer(200, {{"results", std::move(results)},
                           {"total_count", texts->size()},
                           {"processing_time_ms", watch.ms()},
                           {"statistics",
                            {{"category_distribution", std::move(distribution)},
                             {"avg_confidence", confidence / static_cast<double>(texts->size())},
                             {"low_confidence_count", unsure}}}});
}

HttpResponse post_classify_pii(const Call& call) {
  return not_ready(call, "no PII classifier is installed");
}
HttpResponse post_classify_security(const Call& call) {
  return not_ready(call, "no jailbreak classifier is installed");
}
HttpResponse post_classify_combined(const Call& call) {
  return not_ready(call, "no PII and no jailbreak classifier is installed");
}

}  // namespace signalbox::api
