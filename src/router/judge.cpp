#include "router/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "router/unjudged_guard.h"
#include "signals/request_classifications.h"
#include "signals/request_embeddings.h"
#include "signals/request_images.h"
#include "signals/scope.h"

namespace signalbox::router {

namespace {

decision::Outcome decide(const Recipe& recipe, const evidence::Evidence& evidence, const JudgeOptions& options,
                         std::string& unjudged) {
  const auto deadline = options.deadline.value_or(std::chrono::steady_clock::time_point::max());
  evidence::ImageTexts images(evidence, options.images, deadline);
  evidence::DocumentTexts documents(evidence, options.documents, deadline);
  signals::TextScopes scopes(evidence, images, &documents);
  signals::RequestEmbeddings embeddings({.deadline = deadline, .cancelled = options.cancelled});
  signals::RequestClassifications classifications({.deadline = deadline, .cancelled = options.cancelled});
  signals::RequestImages image_vectors(evidence, options.images,
                                       {.deadline = deadline, .cancelled = options.cancelled});
  signals::EvalContext context{evidence,    images,           scopes,         deadline,
                               &embeddings, &classifications, &image_vectors, &documents};
  if (recipe.unjudged_guard) unjudged = recipe.unjudged_guard->reason(evidence, images, documents, image_vectors);
  return recipe.engine->decide(context, options.decide);
}

bool may_use(const JudgeOptions& options, std::string_view model) {
  return !options.may_use || options.may_use(model);
}

bool is_eligible(const Judgement& judgement, const Candidate& candidate) {
  return std::none_of(judgement.ineligible.begin(), judgement.ineligible.end(),
                      [&](const Ineligible& entry) { return entry.candidate == &candidate; });
}

void exclude_ineligible(const Snapshot& snapshot, const evidence::Evidence& evidence, const JudgeOptions& options,
                        Judgement& judgement) {
  Needs needs(evidence, options.max_tokens);
  bool any_allowed = judgement.decision->candidates.empty();
  for (const Candidate& candidate : judgement.decision->candidates) {
    const bool allowed = may_use(options, candidate.name);
    any_allowed = any_allowed || allowed;
    std::string obstacle =
        allowed ? needs.obstacle(snapshot.models[candidate.model].abilities) : "the sender may not use it";
    if (!obstacle.empty()) judgement.ineligible.push_back({&candidate, std::move(obstacle)});
  }
  judgement.model_denied = !any_allowed;
}

// The n-th candidate that may be chosen, as an index into all of them.
std::size_t nth_eligible(const Judgement& judgement, std::size_t n) {
  const std::vector<Candidate>& candidates = judgement.decision->candidates;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (is_eligible(judgement, candidates[i]) && n-- == 0) return i;
  }
  return 0;
}

void take_chosen(Judgement& judgement) {
  selection::Selection& selection = judgement.selection;
  if (!judgement.ineligible.empty()) {
    selection.candidate = nth_eligible(judgement, selection.candidate);
    selection.reason += "; passed over: " + obstacles_text(judgement);
  }
  judgement.candidate = &judgement.decision->candidates[selection.candidate];
  judgement.model = judgement.candidate->model;
  judgement.selected_name = judgement.candidate->name;
}

void take_default(const Snapshot& snapshot, const JudgeOptions& options, Judgement& judgement) {
  if (!snapshot.default_model) return;
  const std::string& name = snapshot.models[*snapshot.default_model].name;
  judgement.model_denied = !may_use(options, name);
  if (judgement.model_denied) return;
  judgement.model = snapshot.default_model;
  judgement.selected_name = name;
}

void take_candidate(const Snapshot& snapshot, const evidence::Evidence& evidence, const JudgeOptions& options,
                    Judgement& judgement) {
  const RecipeDecision& decision = *judgement.decision;
  exclude_ineligible(snapshot, evidence, options, judgement);
  const std::size_t count = decision.candidates.size() - judgement.ineligible.size();
  judgement.selection = options.for_eval ? selection::select_for_eval(decision.algorithm, count)
                                         : selection::select_for_serving(decision.algorithm, count);
  judgement.selection_method = judgement.selection.method;
  if (count == 0 && !judgement.ineligible.empty()) {
    judgement.selection.status = "unavailable";
    judgement.selection.reason = "no candidate can take the request: " + obstacles_text(judgement);
  } else if (judgement.selection.chosen) {
    take_chosen(judgement);
  } else if (count == 0 && snapshot.default_model) {  // a decision without models uses the default one
    take_default(snapshot, options, judgement);
    judgement.selection_method = "default";
    judgement.selection.status = judgement.model ? "selected" : "unavailable";
    judgement.selection.method = "default";
    judgement.selection.reason = "the decision names no model: the default model";
  }
}

void take_fallback(const Snapshot& snapshot, const JudgeOptions& options, Judgement& judgement) {
  if (judgement.names_model) {
    judgement.model = judgement.named_model;
    judgement.selected_name = snapshot.models[*judgement.model].name;
  } else {
    take_default(snapshot, options, judgement);
  }
  judgement.selection_method = judgement.names_model ? "named" : "default";
  judgement.selection.method = judgement.selection_method;
  judgement.selection.status = judgement.model ? "selected" : "unavailable";
  judgement.selection.reason = judgement.names_model ? "the request names this model" : "no decision matched";
}

}  // namespace

std::string obstacles_text(const Judgement& judgement) {
  std::string text;
  for (const Ineligible& entry : judgement.ineligible) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", entry.candidate->name, entry.reason);
  }
  return text;
}

Judgement judge_request(const Snapshot& snapshot, std::string_view model, const evidence::Evidence& evidence,
                        const JudgeOptions& options) {
  Judgement judgement;
  JudgeOptions effective = options;
  judgement.recipe = snapshot.recipe_of(model);
  if (judgement.recipe == nullptr) {
    const auto named = snapshot.model_names.find(std::string(model));
    if (named == snapshot.model_names.end()) return judgement;
    judgement.names_model = true;
    judgement.named_model = named->second;
    judgement.recipe = &snapshot.recipes.front();
    effective.decide.security_only = true;
    if (snapshot.spec->global.router.passthrough == Passthrough::open) {
      take_fallback(snapshot, effective, judgement);
      judgement.selected_name = named->first;
      return judgement;
    }
  }
  judgement.outcome = decide(*judgement.recipe, evidence, effective, judgement.unjudged);
  if (judgement.outcome.kind == decision::Outcome::Kind::decision) {
    judgement.decision = &judgement.recipe->decisions[judgement.outcome.decision];
    take_candidate(snapshot, evidence, effective, judgement);
  } else if (judgement.outcome.kind == decision::Outcome::Kind::no_decision) {
    take_fallback(snapshot, effective, judgement);
    if (judgement.names_model) judgement.selected_name = std::string(model);
  }
  return judgement;
}

}  // namespace signalbox::router
