#include "plugins/registry.h"

#include <array>

namespace signalbox::plugins {

extern const Type kFastResponse;
extern const Type kBlock;
extern const Type kClarify;
extern const Type kRedact;
extern const Type kTools;
extern const Type kSystemPrompt;
extern const Type kRequestParams;
extern const Type kHeaderMutation;

namespace {

using config::Support;

// Plugins of VSR that this build knows but does not run; their settings are checked for typos.
constexpr std::string_view kCacheShape =
    "enabled mode scope semantic{similarity_threshold} ttl_seconds "
    "request_controls{enabled header allowed max_ttl_seconds} personalized{mode} "
    "revision{cache_epoch model_revision prompt_revision policy_revision} similarity_threshold";
constexpr Type kResponseCache{
    .type = "response_cache", .doc = "Reuse answers.", .support = Support::no, .shape = kCacheShape};
constexpr Type kSemanticCache{.type = "semantic-cache",
                              .doc = "Older name of response_cache.",
                              .support = Support::no,
                              .shape = kCacheShape,
                              .canonical = "response_cache"};
constexpr Type kSemanticCache2{.type = "semantic_cache",
                               .doc = "Older name of response_cache.",
                               .support = Support::no,
                               .shape = kCacheShape,
                               .canonical = "response_cache"};
constexpr Type kResponseCache2{.type = "response-cache",
                               .doc = "Older name of response_cache.",
                               .support = Support::no,
                               .shape = kCacheShape,
                               .canonical = "response_cache"};
constexpr Type kHallucination{.type = "hallucination",
                              .doc = "Check answers against their context.",
                              .support = Support::protective,
                              .shape =
                                  "enabled use_nli hallucination_action unverified_factual_action "
                                  "include_hallucination_details"};
constexpr Type kResponseJailbreak{.type = "response_jailbreak",
                                  .doc = "Check answers for unsafe content.",
                                  .support = Support::protective,
                                  .shape = "enabled threshold action"};
constexpr Type kRouterReplay{.type = "router_replay",
                             .doc = "Record requests and decisions.",
                             .support = Support::no,
                             .shape =
                                 "enabled max_records capture_request_body capture_response_body max_body_bytes "
                                 "max_tool_trace_bytes max_tool_trace_steps"};
constexpr Type kMemory{.type = "memory",
                       .doc = "Remember facts about a user.",
                       .support = Support::no,
                       .shape =
                           "enabled retrieval_limit similarity_threshold auto_store hybrid_search hybrid_mode "
                           "reflection{enabled algorithm max_inject_tokens recency_decay_days dedup_threshold "
                           "block_patterns}"};
constexpr Type kRag{.type = "rag",
                    .doc = "Add retrieved documents.",
                    .support = Support::no,
                    .shape =
                        "enabled backend similarity_threshold top_k max_context_length injection_mode on_failure "
                        "cache_results cache_ttl_seconds min_confidence_threshold backend_config!{*}"};
constexpr Type kImageGen{.type = "image_gen",
                         .doc = "Generate images.",
                         .support = Support::no,
                         .shape =
                             "enabled backend backend_config!{*} modality_detection{method classifier{model_path "
                             "use_cpu} keywords both_keywords confidence_threshold lower_threshold_ratio} "
                             "default_width default_height max_inference_steps timeout_seconds"};
constexpr Type kToolSelection{.type = "tool_selection",
                              .doc = "Choose tools by meaning.",
                              .support = Support::no,
                              .shape =
                                  "enabled mode tools_db_path top_k similarity_threshold "
                                  "advanced_filtering{*} strategy fallback_to_empty relevance_threshold "
                                  "preserve_count"};
constexpr Type kContextCompression{
    .type = "context_compression",
    .doc = "Shorten long contexts.",
    .support = Support::no,
    .shape =
        "enabled mode budget{trigger_tokens target_tokens reserve_output_tokens} "
        "targets{tool_outputs{mode min_tokens target_tokens} history{mode min_tokens target_tokens} "
        "rag{mode min_tokens target_tokens} memory{mode min_tokens target_tokens}} "
        "scoring{method embedding_model_ref} "
        "recovery{enabled store ttl_seconds max_bytes_per_request max_total_bytes max_retrievals} "
        "request_controls{enabled header allowed max_target_tokens} failure_mode"};

}  // namespace

std::span<const Type* const> registry() {
  static const std::array<const Type*, 20> kRegistry{
      &kBlock,          &kFastResponse,   &kClarify,      &kRedact,        &kResponseCache,  &kSemanticCache,
      &kSemanticCache2, &kResponseCache2, &kRag,          &kImageGen,      &kMemory,         &kContextCompression,
      &kTools,          &kToolSelection,  &kSystemPrompt, &kRequestParams, &kHeaderMutation, &kResponseJailbreak,
      &kHallucination,  &kRouterReplay};
  return kRegistry;
}

const Type* find_type(std::string_view type) {
  for (const Type* candidate : registry()) {
    if (candidate->type == type) return candidate;
  }
  return nullptr;
}

const std::vector<config::Alternative>& alternatives() {
  static const std::vector<config::Alternative> kAlternatives = [] {
    std::vector<config::Alternative> result;
    for (const Type* type : registry()) {
      result.push_back(
          {type->type, type->doc, type->support, type->settings ? type->settings() : nullptr, type->shape});
    }
    return result;
  }();
  return kAlternatives;
}

}  // namespace signalbox::plugins
