#include "gateway/exchange.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <utility>

#include "gateway/client_access.h"
#include "gateway/identity.h"
#include "gateway/local_embeddings.h"
#include "gateway/vsr_headers.h"
#include "protocol/request_edits.h"
#include "protocol/response.h"
#include "router/reasoning.h"

namespace signalbox::gateway {

using decision::Outcome;

namespace {

constexpr std::size_t kMaxEchoedName = 128;

Reply refusal(int status, std::string_view type, std::string_view code, std::string message, std::string_view path) {
  return {error_response(status, type, code, message), path, std::string(code)};
}

// OpenAI's own shape, with the member that is wrong.
Reply from_error(const protocol::Error& error) {
  HttpResponse response = json_response(error.status, protocol::to_json(error));
  return {std::move(response), "error", error.code};
}

std::string names_of(const Exchange& exchange, const std::vector<decision::SignalId>& ids) {
  std::string names;
  for (const decision::SignalId id : ids) {
    if (!names.empty()) names += ", ";
    names += exchange.judgement.recipe->engine->program().signals[id].key;
    names += fmt::format(" ({})", signals::to_string(exchange.judgement.outcome.results[id].reason));
  }
  return names;
}

}  // namespace

std::optional<Reply> read_request(Exchange& exchange) {
  protocol::RequestLimits limits;
  limits.json.max_bytes = static_cast<std::size_t>(exchange.snapshot->spec->global.router.max_body_bytes);
  std::expected<protocol::Request, protocol::Error> request = protocol::parse_openai_chat(exchange.http.body, limits);
  if (!request) return from_error(request.error());
  exchange.http.body.clear();  // the request keeps its own copy
  exchange.http.body.shrink_to_fit();
  exchange.request = std::move(*request);
  exchange.evidence =
      evidence::from_request(*exchange.request, client_identity(*exchange.snapshot, exchange.principal, exchange.http));
  evidence::limit_images(exchange.evidence,
                         static_cast<std::size_t>(exchange.snapshot->spec->global.router.max_images));
  evidence::limit_documents(exchange.evidence,
                            static_cast<std::size_t>(exchange.snapshot->spec->global.router.documents.max_files));
  return std::nullopt;
}

bool may_block(const Exchange& exchange) {
  const router::Recipe* recipe = exchange.snapshot->recipe_of(exchange.request->model);
  if (recipe == nullptr) recipe = &exchange.snapshot->recipes.front();
  return recipe->engine->may_block(exchange.evidence);
}

void judge(Exchange& exchange, evidence::ImageReader* images, evidence::DocumentReader* documents) {
  router::JudgeOptions options;
  options.images = images;
  options.documents = documents;
  options.max_tokens = std::max<std::int64_t>(exchange.request->max_tokens.value_or(0), 0);
  options.deadline = exchange.received + exchange.snapshot->deadline;
  options.cancelled = exchange.gone;
  options.decide.eager = exchange.debug;
  options.decide.identity = exchange.snapshot->spec->global.services.authz.fail_open
                                ? decision::IdentityPolicy::fail_open
                                : decision::IdentityPolicy::enforce;
  options.may_use = model_filter(*exchange.snapshot, exchange.principal, exchange.evidence.identity.team);
  exchange.judgement = router::judge_request(*exchange.snapshot, exchange.request->model, exchange.evidence, options);
}

std::optional<Reply> refuse(const Exchange& exchange) {
  const router::Judgement& j = exchange.judgement;
  if (j.recipe == nullptr) {
    return refusal(404, "invalid_request_error", "model_not_found",
                   fmt::format("the model \"{}\" does not exist: it is neither virtual (see /v1/models) nor configured",
                               exchange.request->model.substr(0, kMaxEchoedName)),
                   "error");
  }
  if (j.names_model) {
    const auto may_use = model_filter(*exchange.snapshot, exchange.principal, exchange.evidence.identity.team);
    if (may_use && !may_use(exchange.request->model)) return model_not_allowed(exchange.request->model);
  }
  if (j.outcome.kind == Outcome::Kind::forbidden) {
    return refusal(403, "permission_error", "identity_required",
                   "the policy needs a verified identity, and no trusted proxy named the sender", "blocked");
  }
  if (!j.unjudged.empty()) {
    return refusal(
        422, "invalid_request_error", "unjudged_content",
        fmt::format("the policy judges pictures, and this request holds content that was not judged ({})", j.unjudged),
        "blocked");
  }
  if (j.outcome.kind == Outcome::Kind::policy_unavailable) {
    return refusal(503, "server_error", "policy_unavailable",
                   "the policy cannot be decided: unknown " + names_of(exchange, j.outcome.blocking), "blocked");
  }
  if (j.decision != nullptr && !j.decision->unsupported_protection.empty()) {
    return refusal(503, "server_error", "unsupported_protection",
                   fmt::format("decision \"{}\" relies on {}, which this build does not run (global.router."
                               "allow_unsupported goes without it)",
                               j.decision->name, j.decision->unsupported_protection),
                   "blocked");
  }
  return std::nullopt;
}

namespace {

bool speaks_our_protocol(const router::Model& model) {
  return model.api_format == "openai";
}

bool is_served(const router::Model& model) {
  return speaks_our_protocol(model) && !model.backends.empty();
}

Reply refuse_as_ineligible(const router::Judgement& j) {
  return refusal(
      422, "invalid_request_error", "no_eligible_model",
      fmt::format("no model of decision \"{}\" can take this request: {}", j.decision->name, router::obstacles_text(j)),
      "error");
}

// Which model answers must be known by now, and something must serve it.
std::optional<Reply> refuse_without_backend(const Exchange& exchange) {
  const router::Judgement& j = exchange.judgement;
  if (j.model_denied) return model_not_allowed("");
  if (!j.model && !j.ineligible.empty()) return refuse_as_ineligible(j);
  if (!j.model) {
    return refusal(400, "invalid_request_error", "no_model",
                   "unable to route request: no model selected and no default model configured", "error");
  }
  const router::Model& model = exchange.snapshot->models[*j.model];
  if (is_served(model) || is_local_embedding(exchange)) return std::nullopt;
  if (model.local_embeddings) {
    return refusal(400, "invalid_request_error", "unsupported_model",
                   fmt::format("model \"{}\" makes embeddings, and nothing else", model.name), "error");
  }
  bool any = false;
  for_each_choice(exchange, [&](const Choice&) {
    any = true;
    return false;
  });
  if (any) return std::nullopt;
  if (!speaks_our_protocol(model)) {
    return refusal(503, "server_error", "unsupported_backend",
                   fmt::format("model \"{}\" speaks {}, which this build does not", model.name, model.api_format),
                   "error");
  }
  return refusal(503, "server_error", "no_backend", fmt::format("no backend serves model \"{}\"", model.name), "error");
}

std::string name_upstream(const Exchange& exchange, const Choice& choice, const router::BackendTarget& target) {
  if (choice.candidate != nullptr) return choice.candidate->lora ? choice.candidate->name : target.upstream_name;
  const bool lora =
      exchange.judgement.names_model && exchange.snapshot->models[choice.model].name != exchange.request->model;
  return lora ? std::string(exchange.request->model) : target.upstream_name;  // a LoRA is served under its own name
}

bool is_ineligible(const router::Judgement& j, const router::Candidate& candidate) {
  return std::any_of(j.ineligible.begin(), j.ineligible.end(),
                     [&](const router::Ineligible& entry) { return entry.candidate == &candidate; });
}

}  // namespace

void for_each_choice(const Exchange& exchange, const std::function<bool(const Choice&)>& take) {
  const router::Judgement& j = exchange.judgement;
  if (!j.model) return;
  const std::vector<router::Model>& models = exchange.snapshot->models;
  if (is_served(models[*j.model]) && !take({j.candidate, *j.model})) return;
  if (j.candidate == nullptr) return;
  for (const router::Candidate& other : j.decision->candidates) {
    const bool may = &other != j.candidate && !is_ineligible(j, other) && is_served(models[other.model]);
    if (may && !take({&other, other.model})) return;
  }
}

void take_choice(Exchange& exchange, const Choice& choice) {
  exchange.judgement.candidate = choice.candidate;
  exchange.judgement.model = choice.model;
  if (choice.candidate != nullptr) exchange.judgement.selected_name = choice.candidate->name;
}

std::string upstream_body(const Exchange& exchange, const Choice& choice, const router::BackendTarget& target) {
  plugins::RequestEdit edit = *exchange.edit;
  const std::string name = name_upstream(exchange, choice, target);
  if (name != exchange.request->model) protocol::set_model(edit.splice, name);
  if (choice.candidate != nullptr && exchange.endpoint.empty()) {
    router::apply_reasoning(exchange.snapshot->models[choice.model], target, *choice.candidate, edit);
  }
  return edit.splice.empty() ? std::string(exchange.request->body()) : edit.splice.apply();
}

namespace {
// Of the headers that go upstream, beside those that are stripped.
bool is_written_by_us(std::string_view name) {
  return equal_ignoring_case(name, "host") || equal_ignoring_case(name, "content-length") ||
         equal_ignoring_case(name, "x-request-id");
}
}  // namespace

Headers upstream_headers(const Exchange& exchange, const router::BackendTarget& target) {
  Headers headers;
  headers.reserve(exchange.http.headers.size() + 8);
  for (const auto& [name, value] : exchange.http.headers) {
    if (!is_written_by_us(name) && !is_stripped_upstream(*exchange.snapshot, name)) headers.add(name, value);
  }
  remove_hop_by_hop(headers);
  // None of them is there: what a client calls so is written by us, or stripped.
  headers.add("accept-encoding", "identity");
  headers.add("x-request-id", exchange.http.request_id);
  headers.add("x-selected-model", header_value(exchange.judgement.selected_name));
  if (exchange.judgement.decision != nullptr) {
    headers.add("x-vsr-selected-decision", header_value(exchange.judgement.decision->name));
  }
  for (const plugins::HeaderEdit& edit : exchange.edit->headers) {
    edit.value ? headers.set(edit.name, *edit.value) : static_cast<void>(headers.remove(edit.name));
  }
  for (const auto& [name, value] : target.headers) headers.set(name, value);
  return headers;
}

namespace {

std::uint64_t random_bits() {
  std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::bad_alloc();
  return std::bit_cast<std::uint64_t>(bytes);
}

std::vector<plugins::JudgedSignal> needed_signals(const Exchange& exchange) {
  const decision::Outcome& outcome = exchange.judgement.outcome;
  const decision::Program& program = exchange.judgement.recipe->engine->program();
  std::vector<plugins::JudgedSignal> signals;
  for (const decision::SignalId id : program.decisions[outcome.decision].needs) {
    signals.push_back({program.signals[id].key, outcome.evaluated[id] ? &outcome.results[id] : nullptr});
  }
  return signals;
}

}  // namespace

void apply_policy(Exchange& exchange) {
  plugins::RequestEdit& edit = exchange.edit.emplace(*exchange.request);
  if (exchange.judgement.decision != nullptr) {
    edit.signals = needed_signals(exchange);
    edit.random = &random_bits;
    for (const auto& plugin : exchange.judgement.decision->plugins) plugin->on_request(edit);
    edit.signals.clear();
  }
  if (exchange.metered) protocol::ensure_include_usage(*exchange.request, edit.splice);
  exchange.injected_system_prompt = edit.injected_system_prompt;
  if (!edit.fast_response) return;
  exchange.is_fast = true;
  exchange.clarifies = edit.clarifies;
  exchange.fast_response = *edit.fast_response;
}

std::optional<Reply> answer_fast(const Exchange& exchange, const telemetry::Clock& clock) {
  if (exchange.edit && exchange.edit->refusal) {
    const plugins::Refusal& refused = *exchange.edit->refusal;
    return refusal(refused.status, refused.type, refused.code, refused.message, "blocked");
  }
  if (!exchange.is_fast) return refuse_without_backend(exchange);
  protocol::FixedAnswer answer;
  const std::string id = "chatcmpl-" + exchange.http.request_id;
  answer.id = id;
  answer.created = std::chrono::duration_cast<std::chrono::seconds>(clock.system_now().time_since_epoch()).count();
  answer.model = exchange.judgement.selected_name.empty() ? exchange.request->model
                                                          : std::string_view(exchange.judgement.selected_name);
  answer.text = exchange.fast_response;
  HttpResponse response;
  if (exchange.request->stream) {
    response.headers.set("content-type", "text/event-stream");
    response.headers.set("cache-control", "no-cache");
    response.body = protocol::chat_completion_stream(answer, exchange.request->include_usage);
  } else {
    response = json_response(200, protocol::chat_completion_json(answer));
  }
  response.headers.set("x-vsr-fast-response", "true");
  if (exchange.clarifies) response.headers.set("x-signalbox-clarify", "true");
  return Reply{std::move(response), "fast_response", ""};
}

Headers response_headers(const Exchange& exchange, std::string_view path) {
  Headers headers;
  headers.reserve(12);
  add_base_headers(headers, path);
  headers.set("x-request-id", exchange.http.request_id);
  const bool decided = exchange.judgement.recipe != nullptr && (path == "upstream" || path == "fast_response");
  if (decided) add_decision_headers(headers, exchange.judgement);
  add_unknown_headers(headers, exchange.judgement);
  const std::vector<std::string>& unproven = exchange.snapshot->unproven_models;
  if (!unproven.empty()) {
    headers.set("x-signalbox-unproven-models", header_value(fmt::format("{}", fmt::join(unproven, ", "))));
  }
  if (exchange.debug) add_debug_headers(headers, exchange.judgement, exchange.injected_system_prompt);
  return headers;
}

}  // namespace signalbox::gateway
