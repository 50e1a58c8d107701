// Models: words to token ids.
//
// Promises: the ids and their bytes are those of the reference's model of that name; time is linear in the word.
// Immutable; tokenize() may run on any number of threads, each with its own scratch. Owner: the tokenizer.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "tokenizers/json.h"
#include "tokenizers/scratch.h"
#include "tokenizers/vocabulary.h"

namespace signalbox::tokenizers {

class Model {
 public:
  virtual ~Model() = default;
  // Appends the tokens of the non-empty word to scratch.word.
  virtual void tokenize(std::string_view word, Scratch::State& scratch) const = 0;
  virtual const Vocabulary& vocabulary() const = 0;
  // By the byte before a "▁": whether a word may be cut there without changing any token. Nothing: never.
  virtual const std::array<bool, 256>* cuts_before_metaspace() const { return nullptr; }
};

using ModelPtr = std::unique_ptr<const Model>;

struct ModelContext {
  LoadLimits limits;
  bool raw_bytes = false;  // the words are raw bytes; the vocabulary writes them in the byte-level alphabet
};

ModelPtr read_model(const JsonValue& json, const ModelContext& context);

ModelPtr read_word_piece(JsonObject& json, const ModelContext& context);
ModelPtr read_word_level(JsonObject& json, const ModelContext& context);
ModelPtr read_bpe(JsonObject& json, const ModelContext& context);
ModelPtr read_unigram(JsonObject& json, const ModelContext& context);

// Whether the model (a BPE) can take the bytes that the byte-level alphabet would write.
bool takes_raw_bytes(const JsonValue& json);

// A vocabulary written as {"token": id, ...}.
Vocabulary read_vocabulary(const JsonValue& json, const LoadLimits& limits);

}  // namespace signalbox::tokenizers
