#include "signals/picture_score.h"

#include <fmt/format.h>

namespace signalbox::signals {

std::optional<PictureScore> best_picture(const PrototypeBank& bank, const Blend& blend,
                                         const std::vector<ImageVector>& images) {
  std::optional<PictureScore> best;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!images[i]) continue;
    const PrototypeScore score = bank.score((*images[i])->values, blend);
    if (!best || score.score > best->score.score) best = PictureScore{score, i};
  }
  return best;
}

std::optional<SignalResult> unjudged_picture(const std::vector<ImageVector>& images) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i]) continue;
    const NoVector& why = images[i].error();
    return SignalResult::unknown(why.reason, fmt::format("image[{}]: {}", i, why.detail));
  }
  return std::nullopt;
}

std::expected<const std::vector<ImageVector>*, SignalResult> pictures_of(const models::ImageEmbedder& model,
                                                                         EvalContext& context) {
  if (context.image_vectors == nullptr) {
    return std::unexpected(SignalResult::unknown(Reason::not_judged, "nothing here looks at pictures"));
  }
  return &context.image_vectors->get(model);
}

}  // namespace signalbox::signals
