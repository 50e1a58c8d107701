// WordLevel: a word is a token or unknown.
#include "tokenizers/model.h"

namespace signalbox::tokenizers {
namespace {

class WordLevel : public Model {
 public:
  WordLevel(Vocabulary vocabulary, std::uint32_t unknown) : vocabulary_(std::move(vocabulary)), unknown_(unknown) {}

  void tokenize(std::string_view word, Scratch::State& scratch) const override {
    scratch.word.push_back({vocabulary_.id(word).value_or(unknown_), 0, static_cast<std::uint32_t>(word.size())});
  }
  const Vocabulary& vocabulary() const override { return vocabulary_; }

 private:
  Vocabulary vocabulary_;
  std::uint32_t unknown_;
};

}  // namespace

ModelPtr read_word_level(JsonObject& json, const ModelContext& context) {
  Vocabulary vocabulary = read_vocabulary(json.at("vocab"), context.limits);
  const JsonValue unknown = json.at("unk_token");
  const std::optional<std::uint32_t> id = vocabulary.id(unknown.string());
  if (!id) unknown.fail("is not in the vocabulary.");
  return std::make_unique<WordLevel>(std::move(vocabulary), *id);
}

}  // namespace signalbox::tokenizers
