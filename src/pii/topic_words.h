// The words that say what a number near them is.
//
// Internal to pii/; constant.
#pragma once

#include <span>
#include <string_view>

#include "pii/context.h"

namespace signalbox::pii {

struct TopicWord {
  std::string_view word;
  Topic topic;
};

// Whole words, letters only, in lower case as far as they are ASCII.
std::span<const TopicWord> topic_words();
// Parts of words, for scripts without blanks between words or with many endings.
std::span<const TopicWord> topic_parts();

}  // namespace signalbox::pii
