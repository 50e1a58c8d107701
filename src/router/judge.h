// Judging one request by a snapshot: which recipe, which decision, which model. The step that serving, eval, explain
// and the probes share.
//
// Pure but for the pictures and documents it may have to read and the models it may have to ask; any thread; blocks
// meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decision/engine.h"
#include "evidence/document_reader.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "router/snapshot.h"
#include "selection/select.h"

namespace signalbox::router {

struct JudgeOptions {
  decision::DecideOptions decide;
  evidence::ImageReader* images = nullptr;
  evidence::DocumentReader* documents = nullptr;
  std::optional<std::chrono::steady_clock::time_point> deadline;  // none for eval and explain
  bool for_eval = false;                                          // selection as the eval API reports it
  std::int64_t max_tokens = 0;                                    // that the request asks for; 0: it does not say
  std::function<bool(std::string_view)> may_use;                  // models the sender may use; empty: all
  std::shared_ptr<const std::atomic<bool>> cancelled;             // may be null; set when nobody waits any more
};

// A candidate that cannot take the request (router/eligibility.h).
struct Ineligible {
  const Candidate* candidate = nullptr;
  std::string reason;
};

struct Judgement {
  const Recipe* recipe = nullptr;  // null: the request names a model that is neither virtual nor served
  bool names_model = false;        // the request names a concrete model (judged by security decisions alone)
  std::size_t named_model = 0;
  decision::Outcome outcome;
  const RecipeDecision* decision = nullptr;  // the winner
  selection::Selection selection;
  const Candidate* candidate = nullptr;  // chosen by the decision
  std::vector<Ineligible> ineligible;    // its other candidates that could not be chosen; all of them: no model
  bool model_denied = false;             // some model would answer, and the sender may use none of them
  std::optional<std::size_t> model;      // the model that answers: chosen, named, or the default
  std::string selected_name;             // its name as reported
  std::string unjudged;                  // refused (422): content that was not judged, and why
  std::string selection_method;          // single | static | default | named | …
};

// "small (it takes no tools), old (its context window of …)".
std::string obstacles_text(const Judgement& judgement);

// `model` is the request's model name.
Judgement judge_request(const Snapshot& snapshot, std::string_view model, const evidence::Evidence& evidence,
                        const JudgeOptions& options);

}  // namespace signalbox::router
