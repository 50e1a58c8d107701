#include "tokenizers/model.h"

#include <fmt/format.h>

namespace signalbox::tokenizers {

Vocabulary read_vocabulary(const JsonValue& json, const LoadLimits& limits) {
  simdjson::dom::object object;
  if (json.element().get(object) != simdjson::SUCCESS) json.fail("must be an object of tokens and their ids.");
  std::size_t tokens = 0;
  std::size_t bytes = 0;
  for (const simdjson::dom::key_value_pair member : object) {
    ++tokens;
    bytes += member.key.size();
  }
  if (tokens > limits.max_tokens) json.fail(fmt::format("has {} tokens, more than {}.", tokens, limits.max_tokens));
  Vocabulary vocabulary;
  vocabulary.reserve(tokens, bytes);
  for (const simdjson::dom::key_value_pair member : object) {
    std::uint64_t id = 0;
    if (member.value.get(id) != simdjson::SUCCESS || id >= limits.max_tokens) {
      json.fail(fmt::format("gives the token \"{}\" no id below {}.", member.key, limits.max_tokens));
    }
    vocabulary.add(member.key, static_cast<std::uint32_t>(id));
  }
  return vocabulary;
}

namespace {

// Early files name no type; what only one model has tells which it is.
std::string model_type(const JsonValue& json, JsonObject& object) {
  if (const std::optional<JsonValue> type = object.find("type")) return std::string(type->string());
  if (object.find("merges")) return "BPE";
  if (object.find("continuing_subword_prefix")) return "WordPiece";
  if (const std::optional<JsonValue> vocabulary = object.find("vocab"); vocabulary && vocabulary->is_array()) {
    return "Unigram";
  }
  if (object.find("unk_token")) return "WordLevel";
  json.fail("is of no known type.");
}

}  // namespace

ModelPtr read_model(const JsonValue& json, const ModelContext& context) {
  JsonObject object = json.object();
  const std::string type = model_type(json, object);
  ModelPtr model;
  if (type == "WordPiece") {
    model = read_word_piece(object, context);
  } else if (type == "BPE") {
    model = read_bpe(object, context);
  } else if (type == "Unigram") {
    model = read_unigram(object, context);
  } else if (type == "WordLevel") {
    model = read_word_level(object, context);
  } else {
    throw LoadFault(json.path() + ".type", fmt::format("\"{}\" is not a model known to this version.", type));
  }
  object.finish();
  return model;
}

}  // namespace signalbox::tokenizers
