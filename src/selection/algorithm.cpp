#include "selection/algorithm.h"

#include <algorithm>
#include <array>
#include <vector>

namespace signalbox::selection {

namespace {
constexpr std::array<AlgorithmInfo, 16> kAlgorithms{{
    {"static", true, false, ""},
    {"router_dc", false, false,
     "temperature dimension_size min_similarity use_query_contrastive use_model_contrastive require_descriptions "
     "use_capabilities"},
    {"automix", false, false,
     "verification_threshold max_escalations cost_aware_routing cost_quality_tradeoff discount_factor "
     "use_logprob_verification"},
    {"hybrid", false, false,
     "experience_weight router_dc_weight automix_weight cost_weight quality_gap_threshold normalize_scores"},
    {"knn", false, false, "k pretrained_path"},
    {"kmeans", false, false, "num_clusters efficiency_weight pretrained_path"},
    {"svm", false, false, "kernel gamma pretrained_path"},
    {"mlp", false, false, "device pretrained_path"},
    {"latency_aware", false, false, "tpot_percentile ttft_percentile description"},
    {"multi_factor", false, false,
     "weights{quality latency cost load} slo{max_tpot_ms max_ttft_ms max_cost_per_1m max_inflight} latency_percentile "
     "on_no_candidates"},
    {"prompt", false, false, "model instructions timeout_seconds"},
    {"confidence", false, true,
     "confidence_method threshold hybrid_weights{logprob_weight margin_weight} on_error escalation_order "
     "cost_quality_tradeoff token_filter verifier_server_url verifier_timeout_seconds"},
    {"ratings", false, true, "max_concurrent on_error"},
    {"remom", false, true,
     "breadth_schedule model_distribution temperature include_reasoning compaction_strategy compaction_tokens "
     "synthesis_template synthesis_model max_concurrent max_completion_tokens round_timeout_seconds "
     "min_successful_responses on_error shuffle_seed include_intermediate_responses max_responses_per_round"},
    {"fusion", false, true,
     "model analysis_models analysis_overrides[]{model temperature max_completion_tokens} max_concurrent "
     "max_completion_tokens round_timeout_seconds min_successful_responses temperature include_analysis "
     "include_intermediate_responses on_error analysis_template synthesis_template judge_prompt_version "
     "grounding{enabled reference policy min_score min_keep nli_contradiction_penalty on_error}"},
    {"workflows", false, true,
     "mode template roles[]{name models prompt access_list} final{model prompt} planner{model max_completion_tokens} "
     "max_steps max_parallel max_completion_tokens round_timeout_seconds min_successful_responses temperature "
     "include_intermediate_responses on_error"},
}};
}  // namespace

std::span<const AlgorithmInfo> algorithms() {
  return kAlgorithms;
}

const AlgorithmInfo* find_algorithm(std::string_view name) {
  const auto it = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                               [&](const AlgorithmInfo& info) { return info.name == name; });
  return it == kAlgorithms.end() ? nullptr : &*it;
}

void describe(config::Visitor& v, AlgorithmSpec& x) {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const AlgorithmInfo& info : kAlgorithms) names.push_back(info.name);
    return names;
  }();
  v.object("Algorithm", "How one of the decision's models is chosen.", &x.path);
  v.field("type", x.type, {.doc = "The algorithm. static: the first model.", .required = true, .choices = kNames});
  v.field("on_error", x.on_error, {.doc = "What an error of the algorithm does (VSR)."});
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (info.supported) continue;
    // Checked for typos; that the algorithm itself does not run is said once, at `type`.
    v.reserved(info.name, info.shape, "Settings of this algorithm, which does not run in this build.",
               config::Support::yes);
  }
  v.removed("elo", "use global.router.learning");
  v.removed("rl_driven", "use global.router.learning");
  v.removed("gmtrouter", "use global.router.learning");
  v.removed("session_aware", "use global.router.learning");
}

}  // namespace signalbox::selection
