// Unigram: of all ways to cover the word with pieces, the one with the highest sum of scores (Viterbi).
//
// From each character on, a trie gives all pieces that begin there, so that a word takes as many steps as it has bytes
// times the longest piece. A character that no piece covers alone is unknown, at a penalty; unknown ones in a row are
// one token, or the tokens of their bytes where the vocabulary has these. Sums are formed in the reference's order, so
// that ties fall alike.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "tokenizers/model.h"
#include "tokenizers/trie.h"

namespace signalbox::tokenizers {
namespace {

constexpr double kUnknownPenalty = 10.0;
constexpr std::uint32_t kNone = 0xFFFFFFFF;

struct Pieces {
  Vocabulary vocabulary;
  std::vector<double> scores;  // by id
};

class Unigram : public Model {
 public:
  Unigram(Pieces pieces, std::uint32_t unknown, bool byte_fallback)
      : vocabulary_(std::move(pieces.vocabulary)), scores_(std::move(pieces.scores)), unknown_(unknown) {
    unknown_score_ = std::ranges::min(scores_) - kUnknownPenalty;
    std::vector<Trie::Key> keys;
    vocabulary_.each([&](std::string_view token, std::uint32_t id) {
      if (!token.empty()) keys.push_back({token, id});
    });
    trie_ = Trie::build(std::move(keys));
    bytes_.fill(kNone);
    for (unsigned i = 0; byte_fallback && i < bytes_.size(); ++i) {
      bytes_[i] = vocabulary_.id(fmt::format("<0x{:02X}>", i)).value_or(kNone);
    }
  }

  void tokenize(std::string_view word, Scratch::State& scratch) const override {
    find_best(word, scratch.path);
    const std::size_t before = scratch.word.size();
    for (auto end = static_cast<std::uint32_t>(word.size()); end > 0;) {
      const PathNode& last = scratch.path[end];
      std::uint32_t begin = last.begin;
      if (last.id == unknown_) {
        while (begin > 0 && scratch.path[begin].id == unknown_) begin = scratch.path[begin].begin;
        add_unknown(word, begin, end, scratch.word);
      } else {
        scratch.word.push_back({last.id, begin, end});
      }
      end = begin;
    }
    std::reverse(scratch.word.begin() + static_cast<std::ptrdiff_t>(before), scratch.word.end());
  }

  const Vocabulary& vocabulary() const override { return vocabulary_; }

 private:
  // path[end] is the last piece of the best cover of the first `end` bytes.
  void find_best(std::string_view word, std::vector<PathNode>& path) const {
    path.assign(word.size() + 1, PathNode{});
    for (std::size_t begin = 0; begin < word.size();) {
      const std::uint32_t length = sequence_length(word[begin]);
      const double score = path[begin].score;
      bool single = false;
      std::uint32_t node = Trie::kRoot;
      for (std::size_t at = begin; at < word.size();) {
        node = trie_.next(node, word[at++]);
        if (node == Trie::kNone) break;
        const std::uint32_t id = trie_.value(node);
        if (id == Trie::kNone) continue;
        offer(path[at], scores_[id] + score, id, begin);
        single = single || at - begin == length;
      }
      if (!single) offer(path[begin + length], unknown_score_ + score, unknown_, begin);
      begin += length;
    }
  }

  static void offer(PathNode& node, double score, std::uint32_t id, std::size_t begin) {
    if (node.reached && score <= node.score) return;
    node = {score, id, static_cast<std::uint32_t>(begin), true};
  }

  // Appends the tokens of an unknown stretch, last one first. Byte tokens all stand for the whole stretch.
  void add_unknown(std::string_view word, std::uint32_t begin, std::uint32_t end, std::vector<WordToken>& out) const {
    const std::string_view text = word.substr(begin, end - begin);
    const std::uint32_t node = trie_.walk(text);
    if (node != Trie::kNone && trie_.value(node) != Trie::kNone) {
      out.push_back({trie_.value(node), begin, end});
      return;
    }
    const auto byte_id = [&](char byte) { return bytes_[static_cast<unsigned char>(byte)]; };
    if (std::ranges::any_of(text, [&](char byte) { return byte_id(byte) == kNone; })) {
      out.push_back({unknown_, begin, end});
      return;
    }
    for (std::size_t i = text.size(); i-- > 0;) out.push_back({byte_id(text[i]), begin, end});
  }

  Vocabulary vocabulary_;
  std::vector<double> scores_;
  std::uint32_t unknown_;
  double unknown_score_ = 0;
  Trie trie_;
  std::array<std::uint32_t, 256> bytes_{};
};

Pieces read_pieces(const JsonValue& json, const LoadLimits& limits) {
  const std::size_t count = json.array_size();
  if (count == 0) json.fail("has no pieces.");
  if (count > limits.max_tokens) json.fail(fmt::format("has {} pieces, more than {}.", count, limits.max_tokens));
  Pieces out;
  out.vocabulary.reserve(count, 0);
  std::uint32_t id = 0;
  for (const simdjson::dom::element item : json.array()) {
    simdjson::dom::array pair;
    std::string_view piece;
    double score = 0;
    if (item.get(pair) != simdjson::SUCCESS || pair.size() != 2 || pair.at(0).get(piece) != simdjson::SUCCESS ||
        pair.at(1).get(score) != simdjson::SUCCESS) {
      JsonValue(item, json.item_path(id)).fail("must be a piece and its score.");
    }
    out.vocabulary.add(piece, id++);
    out.scores.push_back(score);
  }
  return out;
}

}  // namespace

ModelPtr read_unigram(JsonObject& json, const ModelContext& context) {
  Pieces pieces = read_pieces(json.at("vocab"), context.limits);
  const JsonValue unknown = json.at("unk_id");
  if (unknown.number() >= pieces.scores.size()) unknown.fail("is not in the vocabulary.");
  const bool byte_fallback = json.boolean_or("byte_fallback", false);
  return std::make_unique<Unigram>(std::move(pieces), unknown.number(), byte_fallback);
}

}  // namespace signalbox::tokenizers
