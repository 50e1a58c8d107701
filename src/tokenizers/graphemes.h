// Extended grapheme clusters (UAX #29), as far as sentencepiece's normalizer needs them.
//
// Left out is the rule for Indic conjuncts (GB9c): such a cluster is never as short as those that are looked up whole.
// Promises: pure, linear; any thread. The text must be valid UTF-8.
#pragma once

#include <string_view>

namespace signalbox::tokenizers {

// The end of the cluster that begins at `at`.
std::size_t grapheme_end(std::string_view text, std::size_t at);

}  // namespace signalbox::tokenizers
