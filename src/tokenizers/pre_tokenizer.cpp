#include "tokenizers/pre_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tokenizers/bert_pre_tokenizer.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/chars.h"
#include "tokenizers/metaspace.h"
#include "tokenizers/script_split.h"
#include "tokenizers/split.h"

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

PreTokenizerPtr read_sequence(JsonObject& json, bool raw_bytes) {
  std::vector<PreTokenizerPtr> parts;
  json.at("pretokenizers").each([&](const JsonValue& item) { parts.push_back(read_pre_tokenizer(item, raw_bytes)); });
  return std::make_unique<PreTokenizerSequence>(std::move(parts));
}

PreTokenizerPtr read_punctuation(JsonObject& json) {
  const std::optional<JsonValue> behavior = json.find("behavior");
  return make_class_split(kBertPunct, behavior ? read_behavior(*behavior) : Behavior::kIsolated);
}

PreTokenizerPtr read_digits(JsonObject& json) {
  const bool individual = json.at("individual_digits").boolean();
  return make_class_split(kNumeric, individual ? Behavior::kIsolated : Behavior::kContiguous);
}

PreTokenizerPtr read_fixed_length(JsonObject& json) {
  const std::optional<JsonValue> length = json.find("length");
  if (length && length->number() == 0) length->fail("must not be 0.");
  return make_fixed_length(length ? length->number() : 5);
}

PreTokenizerPtr read_typed(const std::string& type, JsonObject& json, bool raw_bytes) {
  if (type == "BertPreTokenizer") return make_bert_pre_tokenizer();
  if (type == "ByteLevel") return read_byte_level(json, raw_bytes);
  if (type == "Metaspace") return read_metaspace(json);
  if (type == "Whitespace") return make_whitespace_split();
  if (type == "WhitespaceSplit") return make_class_split(kWhite, Behavior::kRemoved);
  if (type == "Punctuation") return read_punctuation(json);
  if (type == "Digits") return read_digits(json);
  if (type == "Split") return read_split(json);
  if (type == "UnicodeScripts") return make_script_split();
  if (type == "FixedLength") return read_fixed_length(json);
  if (type == "CharDelimiterSplit") return make_character_split(json.at("delimiter").character(), Behavior::kRemoved);
  if (type == "Sequence") return read_sequence(json, raw_bytes);
  throw LoadFault(json.path() + ".type", fmt::format("\"{}\" is not a pre-tokenizer known to this version.", type));
}

void collect_types(const JsonValue& json, std::vector<std::string>& out) {
  JsonObject object = json.object();
  const std::string type = object.type();
  if (type == "Sequence") {
    object.at("pretokenizers").each([&](const JsonValue& item) { collect_types(item, out); });
  } else {
    out.push_back(type);
  }
}

}  // namespace

PreTokenizerPtr read_pre_tokenizer(const JsonValue& json, bool raw_bytes) {
  JsonObject object = json.object();
  PreTokenizerPtr made = read_typed(object.type(), object, raw_bytes);
  object.finish();
  return made;
}

bool ends_in_byte_level(const JsonValue& json) {
  std::vector<std::string> types;
  collect_types(json, types);
  return !types.empty() && types.back() == "ByteLevel" && std::ranges::count(types, "ByteLevel") == 1;
}

}  // namespace signalbox::tokenizers
