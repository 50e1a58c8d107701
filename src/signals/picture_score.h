// How alike a request's pictures are to a bank of descriptions.
//
// Internal to signals/. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "signals/prototype_bank.h"
#include "signals/request_images.h"

namespace signalbox::signals {

// The picture that is most alike.
struct PictureScore {
  PrototypeScore score;
  std::size_t image = 0;  // index into the evidence's images
};

// Nothing: no picture has a vector.
std::optional<PictureScore> best_picture(const PrototypeBank& bank, const Blend& blend,
                                         const std::vector<ImageVector>& images);
// Of the first picture without a vector, as an unknown result; nothing: all have one.
std::optional<SignalResult> unjudged_picture(const std::vector<ImageVector>& images);

// The vectors of the request's pictures under the model, or why none can be had.
std::expected<const std::vector<ImageVector>*, SignalResult> pictures_of(const models::ImageEmbedder& model,
                                                                         EvalContext& context);

}  // namespace signalbox::signals
