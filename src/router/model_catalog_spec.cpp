#include "router/model_catalog_spec.h"

#include <array>

#include "router/reserved_shapes.h"

namespace signalbox::router {

std::span<const config::EnumName> enum_names(Substitute) {
  static constexpr std::array<config::EnumName, 1> kNames{{{0, "pack"}}};
  return kNames;
}

void describe(config::Visitor& v, ModulesSpec& x) {
  v.object("Modules", "Settings of learned signals.");
  v.field("prompt_guard", x.prompt_guard, {.doc = "Jailbreak detection."});
  v.reserved("prompt_compression", shapes::kPromptCompression, "Shortening of what signals read.");
  v.field("classifier", x.classifier, {.doc = "Domain, PII and preference classifiers."});
  v.field("complexity", x.complexity, {.doc = "Complexity signals."});
  v.field("hallucination_mitigation", x.hallucination_mitigation, {.doc = "Checks of answers."});
  v.field("feedback_detector", x.feedback_detector, {.doc = "User feedback detection."});
  v.field("modality_detector", x.modality_detector, {.doc = "Detection of wishes for pictures."});
}

void describe(config::Visitor& v, ModelCatalogSpec& x) {
  v.object("ModelCatalog", "Models behind learned signals; without them such signals are unknown.", &x.path);
  v.field("modules", x.modules, {.doc = "Settings of learned signals."});
  v.field("embeddings", x.embeddings, {.doc = "Embedding models."});
  v.field(
      "precision", x.precision,
      {.doc = "Precision in which models are served: auto (the fastest that passes the model's goldens), fp32, bf16, "
              "int8.",
       .ours = true});
  v.field(
      "trust", x.trust,
      {.doc = "Which models answer: proven_only (their goldens pass), or allow_unproven (they may have none). A model "
              "whose goldens fail never answers.",
       .ours = true});
  v.field("runtime", x.runtime, {.doc = "How models use this machine.", .ours = true});
  v.field(
      "substitute", x.substitute,
      {.doc = "pack: where a role's model is not there, the built-in pack's stands in, and a warning says so. Absent: "
              "its signals are unknown.",
       .ours = true});
  v.field("system", x.system, {.doc = "Folders of the models by role."});
  v.reserved("external", shapes::kExternalModels, "Models behind an HTTP interface.");
  v.field(
      "calibrations", x.calibrations,
      {.doc = "File that `signalbox calibrate --write` made, relative to this one. Absent: calibrations.json, where "
              "there is one.",
       .ours = true});
  v.field("kbs", x.kbs,
          {.doc = "Knowledge bases that kb signals compare requests with. privacy_kb and mmlu_kb are known without "
                  "being listed, as in VSR; their example texts are VSR's."});
}

}  // namespace signalbox::router
