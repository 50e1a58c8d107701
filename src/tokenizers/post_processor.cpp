#include "tokenizers/post_processor.h"

#include <fmt/format.h>

#include <map>
#include <string>

namespace signalbox::tokenizers {
namespace {

using SpecialTokens = std::map<std::string, std::vector<std::uint32_t>, std::less<>>;

// ["[SEP]", 102]
TemplatePiece read_token_pair(const JsonValue& json) {
  TemplatePiece piece{TemplatePiece::kSpecial, 0, {}};
  std::size_t count = 0;
  json.each([&](const JsonValue& item) {
    if (count == 0) item.string();
    if (count == 1) piece.ids.push_back(item.number());
    ++count;
  });
  if (count != 2) json.fail("must be a token and its id.");
  return piece;
}

void finish(Template& made) {
  made.added = 0;
  for (const TemplatePiece& piece : made.pieces) made.added += piece.ids.size();
}

TemplatePiece with_type(TemplatePiece piece, std::uint32_t type_id) {
  piece.type_id = type_id;
  return piece;
}

void read_bert(JsonObject& json, PostProcessor& out) {
  const TemplatePiece sep = read_token_pair(json.at("sep"));
  const TemplatePiece cls = read_token_pair(json.at("cls"));
  out.single.pieces = {cls, {TemplatePiece::kFirst, 0, {}}, sep};
  out.pair.pieces = {cls, {TemplatePiece::kFirst, 0, {}}, sep, {TemplatePiece::kSecond, 1, {}}, with_type(sep, 1)};
}

void read_roberta(JsonObject& json, PostProcessor& out) {
  const TemplatePiece sep = read_token_pair(json.at("sep"));
  const TemplatePiece cls = read_token_pair(json.at("cls"));
  out.single.pieces = {cls, {TemplatePiece::kFirst, 0, {}}, sep};
  out.pair.pieces = {cls, {TemplatePiece::kFirst, 0, {}}, sep, sep, {TemplatePiece::kSecond, 0, {}}, sep};
  const bool prefix = json.at("add_prefix_space").boolean();
  if (json.at("trim_offsets").boolean()) out.trim = TrimOffsets{prefix};
}

void read_byte_level(JsonObject& json, PostProcessor& out) {
  const bool prefix = json.at("add_prefix_space").boolean();
  json.boolean_or("use_regex", true);
  if (json.at("trim_offsets").boolean()) out.trim = TrimOffsets{prefix};
}

SpecialTokens read_special_tokens(const JsonValue& json) {
  SpecialTokens tokens;
  for (const simdjson::dom::key_value_pair member : simdjson::dom::object(json.element())) {
    JsonObject object = JsonValue(member.value, fmt::format("{}.{}", json.path(), member.key)).object();
    std::vector<std::uint32_t> ids;
    object.at("ids").each([&](const JsonValue& id) { ids.push_back(id.number()); });
    object.at("id").string();
    object.at("tokens").array();
    object.finish();
    tokens[std::string(member.key)] = std::move(ids);
  }
  return tokens;
}

TemplatePiece read_sequence_piece(JsonObject& json) {
  const JsonValue id = json.at("id");
  const std::string_view name = id.string();
  if (name != "A" && name != "B") id.fail("must be A or B.");
  return {name == "A" ? TemplatePiece::kFirst : TemplatePiece::kSecond, json.at("type_id").number(), {}};
}

TemplatePiece read_special_piece(JsonObject& json, const SpecialTokens& tokens) {
  const JsonValue id = json.at("id");
  const auto found = tokens.find(id.string());
  if (found == tokens.end()) id.fail("is not in special_tokens.");
  return {TemplatePiece::kSpecial, json.at("type_id").number(), found->second};
}

Template read_template(const JsonValue& json, const SpecialTokens& tokens, bool pair) {
  Template made;
  json.each([&](const JsonValue& item) {
    JsonObject object = item.object();
    const std::optional<JsonValue> sequence = object.find("Sequence");
    const std::optional<JsonValue> special = object.find("SpecialToken");
    if (sequence.has_value() == special.has_value()) item.fail("must be a Sequence or a SpecialToken.");
    JsonObject inner = (sequence ? *sequence : *special).object();
    made.pieces.push_back(sequence ? read_sequence_piece(inner) : read_special_piece(inner, tokens));
    if (!pair && made.pieces.back().kind == TemplatePiece::kSecond) item.fail("has no second text here.");
    inner.finish();
    object.finish();
  });
  return made;
}

void read_templates(JsonObject& json, PostProcessor& out) {
  const JsonValue special = json.at("special_tokens");
  if (!special.is_object()) special.fail("must be an object.");
  const SpecialTokens tokens = read_special_tokens(special);
  out.single = read_template(json.at("single"), tokens, false);
  out.pair = read_template(json.at("pair"), tokens, true);
}

// One processor; says whether it had templates.
bool read_one(const JsonValue& json, PostProcessor& out) {
  JsonObject object = json.object();
  const std::string type = object.type();
  bool templates = true;
  if (type == "BertProcessing") {
    read_bert(object, out);
  } else if (type == "RobertaProcessing") {
    read_roberta(object, out);
  } else if (type == "TemplateProcessing") {
    read_templates(object, out);
  } else if (type == "ByteLevel") {
    read_byte_level(object, out);
    templates = false;
  } else if (type == "Sequence") {
    int count = 0;
    object.at("processors").each([&](const JsonValue& item) {
      if (read_one(item, out) && ++count > 1) item.fail("is a second processor with special tokens.");
    });
    templates = count > 0;
  } else {
    throw LoadFault(json.path() + ".type", fmt::format("\"{}\" is not known to this version.", type));
  }
  object.finish();
  return templates;
}

void append(const Encoding& tokens, std::size_t begin, std::size_t end, std::uint32_t type_id, Encoding& out) {
  const auto range = [&](auto& to, const auto& from) {
    to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
              from.begin() + static_cast<std::ptrdiff_t>(end));
  };
  range(out.ids, tokens.ids);
  range(out.offsets, tokens.offsets);
  range(out.special_mask, tokens.special_mask);
  out.type_ids.resize(out.ids.size(), type_id);
}

void append_special(const TemplatePiece& piece, Encoding& out) {
  out.ids.insert(out.ids.end(), piece.ids.begin(), piece.ids.end());
  out.offsets.resize(out.ids.size());
  out.type_ids.resize(out.ids.size(), piece.type_id);
  out.special_mask.resize(out.ids.size(), 1);
}

}  // namespace

PostProcessor read_post_processor(const std::optional<JsonValue>& json) {
  PostProcessor out;
  out.single.pieces = {{TemplatePiece::kFirst, 0, {}}};
  out.pair.pieces = {{TemplatePiece::kFirst, 0, {}}, {TemplatePiece::kSecond, 1, {}}};
  if (json) read_one(*json, out);
  finish(out.single);
  finish(out.pair);
  return out;
}

void PostProcessor::wrap(std::span<const std::uint32_t> ids, std::vector<std::uint32_t>& out) const {
  out.clear();
  for (const TemplatePiece& piece : single.pieces) {
    const std::span<const std::uint32_t> part = piece.kind == TemplatePiece::kSpecial ? piece.ids : ids;
    out.insert(out.end(), part.begin(), part.end());
  }
}

void PostProcessor::wrap(const Encoding& tokens, std::size_t begin, std::size_t end, bool add_special,
                         Encoding& out) const {
  out.clear();
  out.truncated = tokens.truncated;
  for (const TemplatePiece& piece : single.pieces) {
    if (piece.kind != TemplatePiece::kSpecial) {
      append(tokens, begin, end, piece.type_id, out);
    } else if (add_special) {
      append_special(piece, out);
    }
  }
}

void PostProcessor::join(const Encoding& first, const Encoding& second, bool add_special, Encoding& out) const {
  out.clear();
  out.truncated = first.truncated || second.truncated;
  for (const TemplatePiece& piece : pair.pieces) {
    if (piece.kind != TemplatePiece::kSpecial) {
      const Encoding& tokens = piece.kind == TemplatePiece::kFirst ? first : second;
      append(tokens, 0, tokens.size(), piece.type_id, out);
    } else if (add_special) {
      append_special(piece, out);
    }
  }
}

}  // namespace signalbox::tokenizers
