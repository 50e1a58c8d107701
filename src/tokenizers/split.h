// Cutting pieces at the matches of a pattern, with the five ways to treat a match.
//
// Promises: the reference's SplitDelimiterBehavior, linear in the matches. Pure; any thread.
#pragma once

#include "tokenizers/pattern.h"
#include "tokenizers/pre_tokenizer.h"

namespace signalbox::tokenizers {

enum class Behavior : std::uint8_t { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

Behavior read_behavior(const JsonValue& json);

// Cuts scratch.segments (which cover a piece that begins at `origin`, in order) and appends pieces to
// scratch.next_pieces.
void cut_segments(Behavior behavior, std::uint32_t origin, Scratch::State& scratch);

// Appends segments so that they cover the text, given its matches; `invert` exchanges matches and the rest.
void cover(std::string_view text, const std::vector<Span>& matches, bool invert, std::vector<Segment>& out);

PreTokenizerPtr read_split(JsonObject& json);
// White space, punctuation, digits, or one character.
PreTokenizerPtr make_class_split(std::uint16_t classes, Behavior behavior);
PreTokenizerPtr make_character_split(char32_t c, Behavior behavior);
// \w+|[^\w\s]+
PreTokenizerPtr make_whitespace_split();

}  // namespace signalbox::tokenizers
