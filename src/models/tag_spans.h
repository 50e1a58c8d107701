// Labelled tokens put together to spans: "B-PERSON I-PERSON" is one person.
//
// The BIO scheme (Ramshaw and Marcus, 1995): B begins a span, I goes on with one of its type, O is outside of all. As
// most readers of it do, an I with nothing of its type before it begins one. A label without B- or I- is a type of its
// own that goes on as long as it stands. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/text_tagger.h"

namespace signalbox::models {

struct TaggedSpan {
  std::string type;                // "PERSON"
  std::size_t begin = 0, end = 0;  // bytes of the text; no blanks at its ends
  float confidence = 0;            // the mean of its tokens' probabilities
};

// What the labels mean, worked out once for a model.
class TagScheme {
 public:
  // `outside`: labels besides "O" that stand for no span ("SUPPORTED"). Those that the model does not have are ignored.
  explicit TagScheme(const std::vector<std::string>& labels, const std::vector<std::string>& outside = {});

  std::vector<TaggedSpan> spans(std::string_view text, const Tagging& tagging) const;
  // Each once, in the order of the labels.
  std::vector<std::string> types() const;

 private:
  struct Tag {
    std::string type;  // empty: outside
    bool begins = false;
  };
  std::vector<Tag> tags_;
};

}  // namespace signalbox::models
