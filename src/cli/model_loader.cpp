#include "cli/model_loader.h"

#include <filesystem>

#include "config/load.h"
#include "lifecycle/state_folder.h"
#include "trust/verdict_store.h"

namespace signalbox::cli {

std::shared_ptr<trust::EmbedderLoader> model_loader() {
  const std::filesystem::path folder = lifecycle::state_folder(config::process_environment());
  return std::make_shared<trust::EmbedderLoader>(
      trust::GroundTruthCheck::on, trust::VerdictStore(folder.empty() ? folder : folder / "model-verdicts"));
}

}  // namespace signalbox::cli
