#include "router/learned_spec.h"

#include <array>

#include "router/reserved_shapes.h"

namespace signalbox::signals {

std::span<const config::EnumName> enum_names(ModalitySettings::Method) {
  using Method = ModalitySettings::Method;
  static constexpr std::array<config::EnumName, 3> kNames{{{static_cast<int>(Method::classifier), "classifier"},
                                                           {static_cast<int>(Method::keyword), "keyword"},
                                                           {static_cast<int>(Method::hybrid), "hybrid"}}};
  return kNames;
}

}  // namespace signalbox::signals

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

namespace {

constexpr std::string_view kIgnored =
    "Taken for compatibility: models run on the CPU, and the folder says what it holds.";
constexpr std::string_view kOwnLabels = "Taken for compatibility: the model's own label files are read.";

void describe_role(config::Visitor& v, ClassifierRoleSpec& x, std::string_view default_folder,
                   std::string_view default_threshold) {
  v.field("enabled", x.enabled, {.doc = "false: its signals are unknown."});
  v.field("model_ref", x.model_ref, {.doc = "A key of global.model_catalog.system whose folder is meant."});
  v.field("model_id", x.model_id, {.doc = default_folder});
  v.field("threshold", x.threshold, {.doc = default_threshold, .min = 0, .max = 1});
  for (const std::string_view key : {"use_cpu", "use_mmbert_32k"}) v.field(key, x.ignored, {.doc = kIgnored});
}

}  // namespace

void describe(config::Visitor& v, DomainClassifierSpec& x) {
  v.object("DomainClassifier", "The classifier behind domain signals: a fine-tuned model or a head.", &x.path);
  describe_role(v, x,
                "Folder of a sequence classifier, or of a head that `signalbox train` made on the embedding model. "
                "Absent: models/mmbert32k-intent-classifier-merged.",
                "Probability from which a domain is told (default 0.5).");
  v.field("use_modernbert", x.ignored, {.doc = kIgnored});
  v.field("category_mapping_path", x.ignored_path, {.doc = kOwnLabels});
  v.reserved("fallback_category", "", "Of VSR's classification API.");
}

void describe(config::Visitor& v, FactCheckClassifierSpec& x) {
  v.object("FactCheckClassifier", "The classifier behind fact_check signals: a fine-tuned model or a head.", &x.path);
  describe_role(v, x,
                "Folder of a sequence classifier or of a head. Absent: models/mmbert32k-factcheck-classifier-merged.",
                "Probability from which a request needs a check (default 0.6).");
}

void describe(config::Visitor& v, FeedbackDetectorSpec& x) {
  v.object("FeedbackDetector", "The classifier behind user_feedback signals: a fine-tuned model or a head.", &x.path);
  describe_role(v, x,
                "Folder of a sequence classifier or of a head. Absent: models/mmbert32k-feedback-detector-merged.",
                "Probability from which a feedback is told (default 0.7).");
  v.field("use_modernbert", x.ignored, {.doc = kIgnored});
  v.field("feedback_mapping_path", x.ignored_path, {.doc = kOwnLabels});
}

std::span<const config::EnumName> enum_names(GuardOnError) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "allow"}, {1, "block"}}};
  return kNames;
}

void describe(config::Visitor& v, PromptGuardSpec& x) {
  v.object("PromptGuard", "The classifier behind jailbreak signals: a fine-tuned model or a head.", &x.path);
  describe_role(v, x,
                "Folder of a sequence classifier or of a head. Absent: models/mmbert32k-jailbreak-detector-merged.",
                "Risk from which a request counts as an attack where a rule of version v1 has no threshold of its own "
                "(default 0.7).");
  v.field(
      "on_error", x.on_error,
      {.doc = "What a jailbreak signal without an answer counts as where its leaf has no on_unknown: block (a match, "
              "the default) or allow (no match; VSR's default)."});
  v.field("positive_labels", x.positive_labels,
          {.doc = "The model's labels whose probabilities together are the risk (default jailbreak)."});
  v.field("jailbreak_mapping_path", x.ignored_path, {.doc = kOwnLabels});
  v.reserved("variant", "", "Which of VSR's runtimes reads the model.");
  v.reserved("protocol", "", "Of a model behind an HTTP interface.");
}

void describe(config::Visitor& v, HallucinationMitigationSpec& x) {
  v.object("HallucinationMitigation", "Checks of answers; of these only fact_check signals are there.");
  v.field("fact_check", x.fact_check, {.doc = "The classifier behind fact_check signals."});
  v.reserved("enabled", "", "Whether answers are checked.");
  v.reserved("on_hallucination_detected", "", "What happens then.");
  v.reserved("detector", shapes::kHallucinationDetector, "The model that finds unsupported spans.");
  v.reserved("explainer", shapes::kHallucinationExplainer, "The model that compares them with the context.");
}

void describe(config::Visitor& v, ModalityDetectorSpec::Classifier& x) {
  v.object("ModalityClassifier", "The classifier behind modality signals.");
  v.field("model_path", x.model_path,
          {.doc = "Folder of a sequence classifier or of a head. Absent: models/mmbert32k-modality-router-merged."});
  v.field("use_cpu", x.use_cpu, {.doc = "Models run on the CPU; false changes nothing here."});
}

void describe(config::Visitor& v, ModalityDetectorSpec& x) {
  v.object("ModalityDetector", "How wishes for pictures are told.", &x.path);
  v.field("enabled", x.enabled, {.doc = "false: modality signals are unknown."});
  v.field(
      "method", x.method,
      {.doc = "classifier; keyword (the word lists, no model); hybrid: the classifier where it is sure, else both."});
  v.field("classifier", x.classifier, {.doc = "The model."});
  v.field("keywords", x.keywords, {.doc = "Words for pictures, anywhere in the text, in any case."});
  v.field("both_keywords", x.both_keywords, {.doc = "Words for text and pictures together."});
  v.field("confidence_threshold", x.confidence_threshold,
          {.doc = "hybrid: probability from which the classifier alone decides.", .min = 0, .max = 1});
  v.field(
      "lower_threshold_ratio", x.lower_threshold_ratio,
      {.doc = "hybrid: from this share of it on, the classifier beats words that say otherwise.", .min = 0, .max = 1});
  v.reserved("prompt_prefixes", "[]", "What is taken off a wish before a picture is made.");
}

void describe(config::Visitor& v, SystemModelsSpec& x) {
  v.object("SystemModels", "Folders of the models by role; modules refer to them by model_ref.");
  v.field("domain_classifier", x.domain_classifier, {.doc = "Of domain signals."});
  v.field("fact_check_classifier", x.fact_check_classifier, {.doc = "Of fact_check signals."});
  v.field("feedback_detector", x.feedback_detector, {.doc = "Of user_feedback signals."});
  v.field("prompt_guard", x.prompt_guard, {.doc = "Of jailbreak signals."});
  for (const std::string_view key : {"pii_classifier", "hallucination_detector", "hallucination_explainer"}) {
    v.reserved(key, "", "Of a role that is not there yet.");
  }
}

void describe(config::Visitor& v, ClassifierModuleSpec& x) {
  v.object("ClassifierModule", "Domain, PII and preference classifiers.");
  v.field("domain", x.domain, {.doc = "The domain classifier."});
  v.field("preference", x.preference, {.doc = "Preference signals."});
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
