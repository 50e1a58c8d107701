// Pictures held to the reference in three isolated experiments (DESIGN §6.1), so that a difference is told from where
// it arises:
//
//   preprocess only   our pixels against the reference's: equal to the bit, or not
//   forward only      the reference's pixels through our tower
//   end to end        our pixels through our tower
//
// Pure; runs on the caller's thread, two encoder passes for each picture.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/image_encoder.h"
#include "trust/picture_reference.h"

namespace signalbox::trust {

struct PictureParity {
  std::size_t differing = 0;                         // numbers of the tensor that are not the reference's
  double largest = 0;                                // of their differences
  double forward = 0, end_to_end = 0;                // relative L2 error of the vector
  double forward_cosine = 1, end_to_end_cosine = 1;  // with the reference's vector
  std::vector<float> vector;                         // end to end, of length 1
};

// `pixels`: what our preprocessing makes of the picture.
PictureParity compare_picture(const models::ImageEncoder& encoder, models::EncoderWorkspace& workspace,
                              const ReferencePicture& reference, std::span<const float> pixels);

// Pictures together: all of a category, or all.
struct ParitySummary {
  std::size_t pictures = 0;
  std::size_t preprocessed_otherwise = 0;  // pictures of which some number differs
  double largest = 0;
  double worst_forward = 0, worst_end_to_end = 0;
  double lowest_forward_cosine = 1, lowest_cosine = 1;
  double sum_cosine = 0;  // end to end
  double mean_cosine() const { return pictures == 0 ? 1 : sum_cosine / static_cast<double>(pictures); }

  void note(const PictureParity& picture);
  bool passes(double bound) const {
    return preprocessed_otherwise == 0 && worst_forward <= bound && worst_end_to_end <= bound;
  }
  // Which half differs, for people: "preprocessing", "forward pass", "both", or "".
  std::string_view differing_half(double bound) const;
};

}  // namespace signalbox::trust
