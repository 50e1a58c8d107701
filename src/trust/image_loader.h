// Opens image towers for serving: loads, holds them to their goldens, and shares what is loaded.
//
// A folder's goldens/image proves its image tower as goldens/ proves its text tower (verdict.h): the weights must be
// those they were made with and every stage within the bound. Equal requests for the same content share one model, for
// as long as somebody holds it. Not thread-safe: its owner (EmbedderLoader) lets one caller in at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "models/embedder_provider.h"
#include "models/loaded_image_encoder.h"
#include "trust/image_goldens.h"
#include "trust/verdict.h"

namespace signalbox::trust {

// Equal for both towers of a joint model.
FolderDigests digests_of(const models::ImageFolder& folder);
std::optional<ImageGoldens> load_own_goldens(const models::ImageFolder& folder);
TrustVerdict judge_image_model(const models::LoadedImageEncoder& model, const FolderDigests& digests,
                               const std::optional<ImageGoldens>& goldens);

class ImageLoader {
 public:
  // `verdicts` must outlive it.
  explicit ImageLoader(const VerdictStore& verdicts) : verdicts_(verdicts) {}
  models::EmbedderProvider::OpenedImages open(const models::EmbedderRequest& request);

 private:
  std::shared_ptr<const models::ImageEmbedder> open_folder(const models::EmbedderRequest& request);

  const VerdictStore& verdicts_;
  std::map<std::string, std::weak_ptr<const models::ImageEmbedder>> open_;
};

}  // namespace signalbox::trust
