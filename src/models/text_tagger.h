// A model that labels each token of a text: what signals, plugins and the management API know of one.
//
// Personal data, unsupported claims, names: "which bytes are what". Immutable and shared by configuration snapshots.
// tag() blocks its caller like TextEmbedder::embed(): never call it on an I/O thread; any other thread may call.
//
// Long text is never cut silently: it is read in overlapping windows, and where two hold a token, the one in which it
// is further from where the text is cut decides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "models/text_embedder.h"

namespace signalbox::models {

struct TaggedToken {
  std::size_t begin = 0, end = 0;  // bytes of the text
  std::uint32_t label = 0;         // the most probable one
  float probability = 0;
};

struct Tagging {
  std::vector<TaggedToken> tokens;   // in order, without special tokens; only those that a window holds
  std::uint32_t text_tokens = 0;     // of the whole text, special tokens included
  std::uint32_t covered_tokens = 0;  // of these, what the windows hold; fewer only beyond the window limit
  bool truncated() const { return covered_tokens < text_tokens; }
};

class TextTagger {
 public:
  using Result = std::expected<Tagging, EmbedError>;

  virtual ~TextTagger() = default;
  virtual const ModelInfo& info() const = 0;
  // From the model's own files; tag_spans.h knows the BIO scheme they may follow.
  virtual const std::vector<std::string>& labels() const = 0;
  virtual Result tag(std::string_view text, const EmbedOptions& options) const = 0;
};

}  // namespace signalbox::models
