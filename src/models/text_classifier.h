// A model that gives each of its labels a probability: what signals, the management API and the CLI know of one.
//
// Implementations: a fine-tuned sequence classifier (a Hugging Face folder) and a head on a frozen encoder. Immutable
// and shared by configuration snapshots. classify() blocks its caller like TextEmbedder::embed(): never call it on an
// I/O thread; any other thread may call.
//
// Long text is never cut silently: it is read in overlapping windows, each of which is judged by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "models/text_embedder.h"

namespace signalbox::models {

// What the model said about one stretch of the text.
struct ClassifiedWindow {
  std::size_t begin = 0, end = 0;    // bytes of the text
  std::vector<float> probabilities;  // shape [labels], sum 1
};

struct Classification {
  std::vector<float> probabilities;       // shape [labels], sum 1: the mean over the windows, by tokens
  std::vector<ClassifiedWindow> windows;  // in order; one when the text fits
  std::uint32_t tokens = 0;               // of the whole text, special tokens included
  std::uint32_t covered_tokens = 0;       // of these, what the windows hold; fewer only beyond the window limit
  bool truncated() const { return covered_tokens < tokens; }
};

class TextClassifier {
 public:
  using Result = std::expected<Classification, EmbedError>;

  virtual ~TextClassifier() = default;
  virtual const ModelInfo& info() const = 0;
  // In the order of the probabilities, from the model's own files.
  virtual const std::vector<std::string>& labels() const = 0;
  virtual Result classify(std::string_view text, const EmbedOptions& options) const = 0;
};

}  // namespace signalbox::models
