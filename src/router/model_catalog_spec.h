// `global.model_catalog` as written. Of the models behind learned signals this build runs the embedding model; the
// others are known to the schema, and what an unavailable one counts as is acted upon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "router/embeddings_spec.h"
#include "router/learned_spec.h"

namespace signalbox::router {

struct ModulesSpec {
  PromptGuardSpec prompt_guard;
  ClassifierModuleSpec classifier;
  ComplexityModuleSpec complexity;
  HallucinationMitigationSpec hallucination_mitigation;
  FeedbackDetectorSpec feedback_detector;
  ModalityDetectorSpec modality_detector;
};

// Whether models that are not there are replaced, and by what.
enum class Substitute : std::uint8_t { pack };
std::span<const config::EnumName> enum_names(Substitute);

struct ModelCatalogSpec {
  std::string path;
  ModulesSpec modules;
  SystemModelsSpec system;
  EmbeddingsSpec embeddings;
  models::Precision precision = models::Precision::automatic;
  models::TrustPolicy trust = models::TrustPolicy::proven_only;
  ModelRuntimeSpec runtime;
  std::optional<Substitute> substitute;
  std::vector<KbSpec> kbs;
  std::string calibrations;  // file; absent: calibrations.json, where there is one
  std::string folder;        // what the paths of kbs are relative to: set by load, the folder of the file
};

void describe(config::Visitor& v, ModulesSpec& x);
void describe(config::Visitor& v, ModelCatalogSpec& x);

}  // namespace signalbox::router
