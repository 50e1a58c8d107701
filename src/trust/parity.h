// How far a model is from its reference: what every kind of parity reports, and the bound it is held to (DESIGN §6.1).
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace signalbox::trust {

// |ours - reference| / |reference|, L2, the largest over all samples. 1e-5 is the bound for fp32 (fp32 noise is 4e-7,
// erf for tanh GELU 1e-4).
inline constexpr double kBoundFp32 = 1e-5;
// Infinity where that is no number, or where there are more numbers on one side.
double relative_error(std::span<const float> ours, std::span<const float> reference);
// NaN alike.
double cosine(std::span<const float> a, std::span<const float> b);

struct LayerParity {
  std::string name;  // "embeddings", "layer 1", ..., "vector" or "logits"; of images see image_parity.h
  double relative_error = 0;
  std::size_t worst_text = 0;
  std::size_t texts = 0;  // compared

  void note(double error, std::size_t sample);
};

struct Parity {
  std::vector<LayerParity> layers;
  double lowest_cosine = 1;     // of the vectors; reported, never the gate
  const char* sample = "text";  // what was compared
  bool passes(double bound) const;
  // Null: all are within the bound.
  const LayerParity* first_divergence(double bound) const;
  // One sentence for people: the first layer above the bound, or the worst error.
  std::string summary(double bound) const;
};
using TextParity = Parity;

}  // namespace signalbox::trust
