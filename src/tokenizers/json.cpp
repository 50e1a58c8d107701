#include "tokenizers/json.h"

#include <fmt/format.h>

#include "tokenizers/utf8.h"

namespace signalbox::tokenizers {

std::string_view JsonValue::string() const {
  std::string_view out;
  if (element_.get(out) != simdjson::SUCCESS) fail("must be a string.");
  return out;
}

bool JsonValue::boolean() const {
  bool out = false;
  if (element_.get(out) != simdjson::SUCCESS) fail("must be true or false.");
  return out;
}

std::uint32_t JsonValue::number() const {
  std::uint64_t out = 0;
  if (element_.get(out) != simdjson::SUCCESS || out >= 0xFFFFFFFF) fail("must be a whole number below 2^32 - 1.");
  return static_cast<std::uint32_t>(out);
}

double JsonValue::real() const {
  double out = 0;
  if (element_.get(out) != simdjson::SUCCESS) fail("must be a number.");
  return out;
}

char32_t JsonValue::character() const {
  const std::string_view text = string();
  if (text.empty() || sequence_length(text[0]) != text.size()) fail("must be one character.");
  return decode_valid(text, 0).value;
}

JsonObject JsonValue::object() const {
  return JsonObject(*this);
}

simdjson::dom::array JsonValue::array() const {
  simdjson::dom::array out;
  if (element_.get(out) != simdjson::SUCCESS) fail("must be an array.");
  return out;
}

std::size_t JsonValue::array_size() const {
  std::size_t count = 0;
  for ([[maybe_unused]] simdjson::dom::element item : array()) ++count;
  return count;
}

std::string JsonValue::item_path(std::size_t index) const {
  return fmt::format("{}[{}]", path_, index);
}

JsonObject::JsonObject(const JsonValue& value) : path_(value.path()) {
  if (value.element().get(object_) != simdjson::SUCCESS) value.fail("must be an object.");
}

std::string JsonObject::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

std::optional<JsonValue> JsonObject::find(std::string_view key) {
  read_.emplace(key);
  simdjson::dom::element element;
  if (object_.at_key(key).get(element) != simdjson::SUCCESS || element.is_null()) return std::nullopt;
  return JsonValue(element, path_of(key));
}

JsonValue JsonObject::at(std::string_view key) {
  std::optional<JsonValue> found = find(key);
  if (!found) throw LoadFault(path_of(key), "is missing.");
  return *std::move(found);
}

bool JsonObject::boolean_or(std::string_view key, bool otherwise) {
  const std::optional<JsonValue> found = find(key);
  return found ? found->boolean() : otherwise;
}

void JsonObject::finish() const {
  for (const simdjson::dom::key_value_pair member : object_) {
    if (!read_.contains(member.key)) throw LoadFault(path_of(member.key), "is not known to this version.");
  }
}

}  // namespace signalbox::tokenizers
