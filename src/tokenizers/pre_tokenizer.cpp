#include "tokenizers/pre_tokenizer.h"

#include <fmt/format.h>

#include <vector>

#include "tokenizers/bert_pre_tokenizer.h"

namespace signalbox::tokenizers {
namespace {

class PreTokenizerSequence : public PreTokenizer {
 public:
  explicit PreTokenizerSequence(std::vector<PreTokenizerPtr> parts) : parts_(std::move(parts)) {}
  void split(Scratch::State& scratch) const override {
    for (const PreTokenizerPtr& part : parts_) part->split(scratch);
  }

 private:
  std::vector<PreTokenizerPtr> parts_;
};

PreTokenizerPtr read_sequence(JsonObject& json) {
  std::vector<PreTokenizerPtr> parts;
  json.at("pretokenizers").each([&](const JsonValue& item) { parts.push_back(read_pre_tokenizer(item)); });
  return std::make_unique<PreTokenizerSequence>(std::move(parts));
}

PreTokenizerPtr read_typed(const std::string& type, JsonObject& json) {
  if (type == "BertPreTokenizer") return make_bert_pre_tokenizer();
  if (type == "Sequence") return read_sequence(json);
  throw LoadFault(json.path() + ".type", fmt::format("\"{}\" is not a pre-tokenizer known to this version.", type));
}

}  // namespace

PreTokenizerPtr read_pre_tokenizer(const JsonValue& json) {
  JsonObject object = json.object();
  PreTokenizerPtr made = read_typed(object.type(), object);
  object.finish();
  return made;
}

}  // namespace signalbox::tokenizers
