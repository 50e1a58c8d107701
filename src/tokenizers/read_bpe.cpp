// Reading a BPE model: the vocabulary, and merges written as "a b" or ["a", "b"].
#include <fmt/format.h>

#include <string>

#include "tokenizers/bpe.h"

namespace signalbox::tokenizers {
namespace {

struct Pair {
  std::string_view left;
  std::string_view right;
};

Pair read_pair(const simdjson::dom::element& item, const JsonValue& merges, std::size_t index) {
  const auto fail = [&] { JsonValue(item, merges.item_path(index)).fail("must be a pair of tokens."); };
  std::string_view text;
  Pair pair;
  if (item.get(text) == simdjson::SUCCESS) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos) fail();
    return {text.substr(0, space), text.substr(space + 1)};
  }
  simdjson::dom::array both;
  if (item.get(both) != simdjson::SUCCESS || both.size() != 2 || both.at(0).get(pair.left) != simdjson::SUCCESS ||
      both.at(1).get(pair.right) != simdjson::SUCCESS) {
    fail();
  }
  return pair;
}

bool is_version_line(const simdjson::dom::element& item) {
  std::string_view text;
  return item.get(text) == simdjson::SUCCESS && text.starts_with("#version");
}

MergeTable read_merges(const JsonValue& json, const Vocabulary& vocabulary, const std::string& prefix) {
  MergeTable table;
  table.reserve(json.array_size());
  std::uint32_t rank = 0;
  std::size_t index = 0;
  std::string whole;
  for (const simdjson::dom::element item : json.array()) {
    const std::size_t at = index++;
    if (is_version_line(item)) continue;
    const Pair pair = read_pair(item, json, at);
    const auto id = [&](std::string_view token) {
      const std::optional<std::uint32_t> found = vocabulary.id(token);
      if (!found)
        JsonValue(item, json.item_path(at)).fail(fmt::format("needs \"{}\", which is not in the vocabulary.", token));
      return *found;
    };
    const std::uint32_t left = id(pair.left);
    const std::uint32_t right = id(pair.right);
    if (pair.right.size() < prefix.size()) JsonValue(item, json.item_path(at)).fail("lacks the continuing prefix.");
    whole.assign(pair.left).append(pair.right.substr(prefix.size()));
    table.add(left, right, {rank++, id(whole)});
  }
  return table;
}

std::string text_or_nothing(JsonObject& json, std::string_view key) {
  const std::optional<JsonValue> found = json.find(key);
  return found ? std::string(found->string()) : std::string();
}

}  // namespace

ModelPtr read_bpe(JsonObject& json, const ModelContext& context) {
  BpeOptions options;
  if (const auto dropout = json.find("dropout"); dropout && dropout->real() != 0) {
    dropout->fail("would make tokens random; only null or 0 is known here.");
  }
  options.prefix = text_or_nothing(json, "continuing_subword_prefix");
  options.suffix = text_or_nothing(json, "end_of_word_suffix");
  options.fuse_unknown = json.boolean_or("fuse_unk", false);
  options.byte_fallback = json.boolean_or("byte_fallback", false);
  options.ignore_merges = json.boolean_or("ignore_merges", false);
  options.raw_bytes = context.raw_bytes;
  Vocabulary vocabulary = read_vocabulary(json.at("vocab"), context.limits);
  MergeTable merges = read_merges(json.at("merges"), vocabulary, options.prefix);
  if (const auto unknown = json.find("unk_token")) {
    options.unknown = vocabulary.id(unknown->string());
    if (!options.unknown) unknown->fail("is not in the vocabulary.");
  }
  return std::make_unique<Bpe>(std::move(vocabulary), std::move(merges), std::move(options));
}

bool takes_raw_bytes(const JsonValue& json) {
  JsonObject model = json.object();
  if (!model.find("merges")) return false;
  return text_or_nothing(model, "continuing_subword_prefix").empty() && !model.boolean_or("byte_fallback", false);
}

}  // namespace signalbox::tokenizers
