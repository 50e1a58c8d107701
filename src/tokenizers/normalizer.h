// Normalizers: what is done to a piece of text before it is cut into words.
//
// Promises: the bytes and the offsets of each are those of the reference's normalizer of that name. Immutable; apply()
// may run on any number of threads, each with its own scratch. Owner: the tokenizer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tokenizers/json.h"
#include "tokenizers/scratch.h"

namespace signalbox::tokenizers {

class Normalizer {
 public:
  virtual ~Normalizer() = default;
  // Changes scratch.text; may use scratch.other.
  virtual void apply(Scratch::State& scratch) const = 0;
};

using NormalizerPtr = std::unique_ptr<const Normalizer>;

// The one that the JSON describes; a fault for an unknown one.
NormalizerPtr read_normalizer(const JsonValue& json);

NormalizerPtr read_bert_normalizer(JsonObject& json);
NormalizerPtr read_unicode_form(const std::string& name);
NormalizerPtr read_replace(JsonObject& json);
NormalizerPtr read_precompiled(JsonObject& json);

// What `normalizer` makes of a text by itself.
std::string normalized(const Normalizer* normalizer, std::string_view text);

}  // namespace signalbox::tokenizers
