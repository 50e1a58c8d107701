#include "trust/picture_parity.h"

#include <algorithm>
#include <cmath>

#include "tensor/kernels.h"
#include "trust/parity.h"

namespace signalbox::trust {
namespace {

std::vector<float> vector_of(const models::ImageEncoder& encoder, models::EncoderWorkspace& workspace,
                             std::span<const float> pixels) {
  workspace.pack.clear();
  workspace.pack.add(pixels.data(), static_cast<std::uint32_t>(encoder.config().sequence_tokens));
  const models::PackedBatch batch = workspace.pack.batch();
  encoder.encode(batch, workspace, {});
  const std::span<const float> result = encoder.result(batch, workspace, 0);
  std::vector<float> unit(result.begin(), result.end());
  tensor::vector_kernels().l2_normalize(unit.data(), static_cast<std::int64_t>(unit.size()));
  return unit;
}

// A NaN stays.
void keep_lowest(double& lowest, double value) {
  if (!(value >= lowest)) lowest = value;
}

}  // namespace

PictureParity compare_picture(const models::ImageEncoder& encoder, models::EncoderWorkspace& workspace,
                              const ReferencePicture& reference, std::span<const float> pixels) {
  PictureParity parity;
  for (std::size_t i = 0; i < reference.pixels.size(); ++i) {
    if (pixels[i] == reference.pixels[i]) continue;
    ++parity.differing;
    parity.largest = std::max(parity.largest, static_cast<double>(std::abs(pixels[i] - reference.pixels[i])));
  }
  const std::vector<float> forward = vector_of(encoder, workspace, reference.pixels);
  parity.vector = parity.differing == 0 ? forward : vector_of(encoder, workspace, pixels);
  parity.forward = relative_error(forward, reference.vector);
  parity.forward_cosine = cosine(forward, reference.vector);
  parity.end_to_end = relative_error(parity.vector, reference.vector);
  parity.end_to_end_cosine = cosine(parity.vector, reference.vector);
  return parity;
}

void ParitySummary::note(const PictureParity& picture) {
  ++pictures;
  if (picture.differing > 0) ++preprocessed_otherwise;
  largest = std::max(largest, picture.largest);
  worst_forward = std::max(worst_forward, picture.forward);
  worst_end_to_end = std::max(worst_end_to_end, picture.end_to_end);
  keep_lowest(lowest_forward_cosine, picture.forward_cosine);
  keep_lowest(lowest_cosine, picture.end_to_end_cosine);
  sum_cosine += picture.end_to_end_cosine;
}

std::string_view ParitySummary::differing_half(double bound) const {
  const bool forward = !(worst_forward <= bound);
  if (preprocessed_otherwise > 0) return forward ? "both" : "preprocessing";
  return forward ? "forward pass" : "";
}

}  // namespace signalbox::trust
