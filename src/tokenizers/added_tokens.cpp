#include "tokenizers/added_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "tokenizers/chars.h"

namespace signalbox::tokenizers {
namespace {

AddedToken read_token(const JsonValue& json) {
  JsonObject object = json.object();
  AddedToken token;
  token.content = std::string(object.at("content").string());
  token.special = object.at("special").boolean();
  token.single_word = object.at("single_word").boolean();
  token.lstrip = object.at("lstrip").boolean();
  token.rstrip = object.at("rstrip").boolean();
  token.normalized = object.at("normalized").boolean();
  object.at("id").number();  // the reference takes the id of the vocabulary, or the next free one, and only warns
  object.finish();
  return token;
}

bool word_before(std::string_view text, std::size_t at) {
  return at > 0 && CharTable::get().is(decode_valid_before(text, at).value, kWord);
}

bool word_after(std::string_view text, std::size_t at) {
  return at < text.size() && CharTable::get().is(decode_valid(text, at).value, kWord);
}

// Where the white space before `at` begins; not before `floor`.
std::size_t white_before(std::string_view text, std::size_t at, std::size_t floor) {
  while (at > floor) {
    const Decoded c = decode_valid_before(text, at);
    if (!CharTable::get().is(c.value, kWhite)) break;
    at -= c.length;
  }
  return at;
}

std::size_t white_after(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Decoded c = decode_valid(text, at);
    if (!CharTable::get().is(c.value, kWhite)) break;
    at += c.length;
  }
  return at;
}

}  // namespace

AddedTokens::AddedTokens(const std::optional<JsonValue>& json, const Vocabulary& model, const Normalizer* normalizer,
                         const LoadLimits& limits) {
  if (json) read(*json, model, limits);
  std::vector<Trie::Key> raw;
  std::vector<Trie::Key> after;
  std::vector<std::string> patterns(tokens_.size());
  std::set<std::string_view> seen[2];
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const AddedToken& token = tokens_[i];
    patterns[i] = token.normalized ? normalized(normalizer, token.content) : token.content;
    const std::string place = fmt::format("added_tokens (\"{}\")", token.content);
    if (patterns[i].empty()) throw LoadFault(place, "is empty after normalization.");
    if (!seen[token.normalized ? 1 : 0].insert(patterns[i]).second) {
      throw LoadFault(place, "is the same as another token after normalization.");
    }
    (token.normalized ? after : raw).push_back({patterns[i], static_cast<std::uint32_t>(i)});
  }
  raw_ = Finder(std::move(raw));
  normalized_ = Finder(std::move(after));
}

void AddedTokens::read(const JsonValue& json, const Vocabulary& model, const LoadLimits& limits) {
  if (json.array_size() > limits.max_tokens) json.fail(fmt::format("has more than {} tokens.", limits.max_tokens));
  std::map<std::string, std::size_t, std::less<>> by_content;
  std::map<std::uint32_t, std::size_t> by_id;
  auto next_id = static_cast<std::uint32_t>(model.size());
  json.each([&](const JsonValue& item) {
    AddedToken token = read_token(item);
    if (token.content.empty()) return;
    if (const auto known = by_content.find(token.content); known != by_content.end()) {
      token.id = tokens_[known->second].id;
      tokens_[known->second] = token;
      return;
    }
    const std::optional<std::uint32_t> in_model = model.id(token.content);
    token.id = in_model ? *in_model : next_id++;
    if (!by_id.emplace(token.id, tokens_.size()).second) item.fail("shares its id with another token.");
    by_content.emplace(token.content, tokens_.size());
    tokens_.push_back(std::move(token));
  });
}

AddedTokens::Finder::Finder(std::vector<Trie::Key> keys) : empty_(keys.empty()) {
  for (const Trie::Key& key : keys) starts_[static_cast<unsigned char>(key.bytes[0])] = true;
  trie_ = Trie::build(std::move(keys));
}

AddedTokens::Finder::Match AddedTokens::Finder::find(std::string_view text, std::size_t from) const {
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (!starts_[static_cast<unsigned char>(text[begin])]) continue;
    Match match;
    std::uint32_t node = Trie::kRoot;
    for (std::size_t at = begin; at < text.size();) {
      node = trie_.next(node, text[at++]);
      if (node == Trie::kNone) break;
      if (const std::uint32_t token = trie_.value(node); token != Trie::kNone) match = {begin, at, token};
    }
    if (match.token != Trie::kNone) return match;
  }
  return {};
}

void AddedTokens::Finder::split(std::string_view text, const std::vector<AddedToken>& tokens,
                                std::vector<Piece>& out) const {
  std::size_t done = 0;
  std::size_t white_end = 0;
  const auto push = [&](std::size_t begin, std::size_t end, std::uint32_t token) {
    if (begin < end) out.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), token});
  };
  for (std::size_t from = 0; !empty_ && from < text.size();) {
    const Match match = find(text, from);
    if (match.token == Trie::kNone) break;
    from = match.end;
    const AddedToken& token = tokens[match.token];
    if (token.single_word && (word_before(text, match.begin) || word_after(text, match.end))) continue;
    const std::size_t begin = token.lstrip ? std::max(white_before(text, match.begin, done), done) : match.begin;
    // White space that a token before this one took in is not walked over again.
    if (token.rstrip) white_end = match.end < white_end ? white_end : white_after(text, match.end);
    const std::size_t end = token.rstrip ? white_end : match.end;
    push(done, begin, Piece::kNoToken);
    push(begin, end, token.id);
    done = end;
  }
  push(done, text.size(), Piece::kNoToken);
}

}  // namespace signalbox::tokenizers
