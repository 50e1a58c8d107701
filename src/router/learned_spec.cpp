#include "router/learned_spec.h"

#include "router/reserved_shapes.h"

namespace signalbox::router {

void describe(config::Visitor& v, ComplexityModuleSpec& x) {
  v.object("ComplexityModule", "How complexity signals compare.");
  v.field("prototype_scoring", x.prototype_scoring, {.doc = "Examples and scores."});
}

void describe(config::Visitor& v, PreferenceScoringSpec& x) {
  v.object("PreferenceScoring", "How example texts are grouped, and by how much the best preference must lead.");
  describe_fields(v, x);
  v.field("margin_threshold", x.margin_threshold,
          {.doc = "By how much the best must lead the second; otherwise none wins.", .min = 0, .max = 2});
}

void describe(config::Visitor& v, PreferenceModuleSpec& x) {
  v.object("PreferenceModule", "How preferences are told.");
  v.field("use_contrastive", x.use_contrastive,
          {.doc = "By likeness to their examples. false, a chat model, is not supported: the signals are unknown."});
  v.field("prototype_scoring", x.prototype_scoring, {.doc = "Examples and scores."});
  v.reserved("embedding_model", "", "Another embedding model than that of embedding rules.");
}

void describe(config::Visitor& v, ClassifierModuleSpec& x) {
  v.object("ClassifierModule", "Domain, PII and preference classifiers.");
  v.field("preference", x.preference, {.doc = "Preference signals."});
  v.reserved("domain", shapes::kDomainClassifier, "The domain classifier.");
  v.reserved("mcp", shapes::kMcpClassifier, "A domain classifier behind MCP.");
  v.reserved("pii", shapes::kPiiClassifier, "The PII classifier.");
}

void describe(config::Visitor& v, KbMetricSpec& x) {
  v.object("KbMetric", "A number that projections may use (kb_metric).", &x.path);
  v.field("name", x.name, {.doc = "Its name.", .required = true, .non_empty = true});
  v.field("type", x.type, {.doc = "group_margin: the score of one group less that of another."});
  v.field("positive_group", x.positive_group, {.doc = "The group whose score counts.", .required = true});
  v.field("negative_group", x.negative_group, {.doc = "The group whose score is taken off.", .required = true});
}

void describe(config::Visitor& v, KbSpec::Source& x) {
  v.object("KbSource", "Where the labels and their example texts are.");
  v.field("path", x.path,
          {.doc = "Folder, relative to this file; else under $VLLM_SR_CONFIG_ASSET_ROOT.", .required = true});
  v.field("manifest", x.manifest, {.doc = "JSON file in it: {\"labels\": {name: {description, exemplars}}}."});
}

void describe(config::Visitor& v, KbSpec& x) {
  v.object("KnowledgeBase", "Labels with example texts, and groups of labels.", &x.path);
  v.field("name", x.name, {.doc = "What kb signals call it.", .required = true, .non_empty = true});
  v.field("source", x.source, {.doc = "Where its labels are.", .required = true});
  v.field("threshold", x.threshold, {.doc = "Similarity from which a text belongs to a label.", .min = -1, .max = 1});
  v.field("label_thresholds", x.label_thresholds, {.doc = "The same for single labels."});
  v.field("groups", x.groups, {.doc = "Labels that belong together; the best of them is the group's score."});
  v.field("metrics", x.metrics, {.doc = "Numbers besides best_score and best_matched_score."});
  v.field("prototype_scoring", x.prototype_scoring, {.doc = "Examples and scores."});
}

namespace {

using Names = std::vector<std::string>;

Names joined(Names a, const Names& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

KbSpec privacy() {
  const Names containment{"prompt_injection", "credential_exfiltration", "jailbreak_role", "system_prompt_extraction"};
  const Names policy{"proprietary_code",   "internal_document", "pii",
                     "business_strategy",  "trade_secret_ip",   "operational_infrastructure",
                     "locality_directive", "customer_data"};
  const Names frontier{"architecture_analysis", "root_cause_analysis", "multi_step_tradeoffs"};
  const Names local{"generic_coding", "simple_task", "general_knowledge"};
  KbSpec kb;
  kb.name = "privacy_kb";
  kb.source.path = "knowledge_bases/privacy/";
  kb.threshold = 0.55;
  kb.label_thresholds = {{"prompt_injection", 0.7}};
  kb.groups = {{"security_containment", containment},    {"privacy_policy", policy},
               {"frontier_reasoning", frontier},         {"local_standard", local},
               {"private", joined(containment, policy)}, {"public", joined(frontier, local)}};
  kb.metrics.push_back({{}, "private_vs_public", "group_margin", "private", "public"});
  return kb;
}

KbSpec mmlu() {
  KbSpec kb;
  kb.name = "mmlu_kb";
  kb.source.path = "knowledge_bases/mmlu/";
  kb.threshold = 0.25;
  kb.groups = {{"escalate",
                {"biology", "business", "computer science", "economics", "history", "math", "other", "philosophy",
                 "psychology"}},
               {"keep", {"chemistry", "engineering", "health", "law", "physics"}}};
  kb.metrics.push_back({{}, "escalate_vs_keep", "group_margin", "escalate", "keep"});
  return kb;
}

}  // namespace

const std::vector<KbSpec>& builtin_kbs() {
  static const std::vector<KbSpec> kKbs{privacy(), mmlu()};
  return kKbs;
}

}  // namespace signalbox::router
