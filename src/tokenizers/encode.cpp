// Text to tokens: broken bytes are replaced, added tokens found, and what lies between them is normalized, cut into
// words and given to the model. All steps of the reference work on one such piece at a time, so pieces are finished one
// after another.
#include <algorithm>
#include <limits>

#include "tokenizers/chars.h"
#include "tokenizers/tokenizer_impl.h"

namespace signalbox::tokenizers {
namespace {

constexpr char32_t kByteLevelSpace = 0x120;  // Ġ

bool is_edge(char32_t c) {
  return c == kByteLevelSpace || CharTable::get().is(c, kWhite);
}

std::uint32_t forward(std::string_view text, std::uint32_t at, unsigned chars, std::uint32_t end) {
  for (; chars > 0 && at < end; --chars) at += sequence_length(text[at]);
  return std::min(at, end);
}

std::uint32_t backward(std::string_view text, std::uint32_t at, unsigned chars, std::uint32_t begin) {
  for (; chars > 0 && at > begin; --chars) at -= decode_valid_before(text, at).length;
  return std::max(at, begin);
}

// The reference's process_offsets. A single leading space of the first token may be one that the pre-tokenizer put
// there.
Span trimmed(std::string_view text, Span span, Edges edges, bool first, bool add_prefix_space) {
  if (edges.leading == 1 && add_prefix_space && (first || span.begin == 0)) edges.leading = 0;
  span.begin = forward(text, span.begin, edges.leading, span.end);
  span.end = backward(text, span.end, edges.trailing, span.begin);
  return span;
}

}  // namespace

Edges Tokenizer::Impl::edges_of(std::string_view token) {
  constexpr std::uint16_t kMost = std::numeric_limits<std::uint16_t>::max();
  Edges edges;
  std::size_t at = 0;
  for (; at < token.size() && edges.leading < kMost; ++edges.leading) {
    const Decoded c = decode_valid(token, at);
    if (!is_edge(c.value)) break;
    at += c.length;
  }
  for (at = token.size(); at > 0 && edges.trailing < kMost; ++edges.trailing) {
    const Decoded c = decode_valid_before(token, at);
    if (!is_edge(c.value)) break;
    at -= c.length;
  }
  return edges;
}

// Where tokens go.
struct Tokenizer::Impl::Sink {
  const Impl& impl;
  std::string_view text;  // the whole text, repaired
  std::size_t limit;
  Scratch::State& scratch;
  Encoding& out;

  bool full() const { return out.ids.size() > limit; }

  void add(std::uint32_t id, Span span) {
    if (impl.post.trim) span = trim(span, impl.edges[id]);
    out.ids.push_back(id);
    out.offsets.push_back(span);
  }

  void add_added(std::uint32_t id, Span span, std::string_view matched) {
    if (impl.post.trim) span = trim(span, edges_of(matched));
    out.ids.push_back(id);
    out.offsets.push_back(span);
  }

  Span trim(Span span, Edges white) const {
    if (white.leading == 0 && white.trailing == 0) return span;
    return trimmed(text, span, white, out.ids.empty(), impl.post.trim->add_prefix_space);
  }
};

void Tokenizer::Impl::encode(std::string_view text, std::size_t limit, Scratch::State& scratch, Encoding& out) const {
  constexpr std::size_t kLongest = std::numeric_limits<std::uint32_t>::max();
  out.clear();
  text = scratch.broken.repair(text.substr(0, kLongest));
  Sink sink{*this, text, limit, scratch, out};
  scratch.raw_pieces.clear();
  added.split_raw(text, scratch.raw_pieces);
  for (const Piece& raw : scratch.raw_pieces) {
    if (raw.token != Piece::kNoToken) {
      sink.add_added(raw.token, {raw.begin, raw.end}, text.substr(raw.begin, raw.end - raw.begin));
    } else {
      encode_plain(text, raw, sink);
    }
    if (sink.full()) break;
  }
  if (scratch.broken.repaired()) {
    for (Span& span : out.offsets) span = scratch.broken.original(span);
  }
  out.special_mask.assign(out.ids.size(), 0);
  out.type_ids.assign(out.ids.size(), 0);
}

void Tokenizer::Impl::encode_plain(std::string_view text, const Piece& raw, Sink& sink) const {
  Scratch::State& scratch = sink.scratch;
  scratch.text.assign(text.substr(raw.begin, raw.end - raw.begin), raw.begin);
  if (normalizer) normalizer->apply(scratch);
  scratch.pieces.clear();
  added.split_normalized(scratch.text.bytes(), scratch.pieces);
  if (pre_tokenizer) pre_tokenizer->split(scratch);
  for (const Piece& piece : scratch.pieces) {
    const std::string_view word = scratch.text.bytes().substr(piece.begin, piece.end - piece.begin);
    if (piece.token != Piece::kNoToken) {
      sink.add_added(piece.token, scratch.text.source(piece.begin, piece.end), word);
    } else {
      encode_piece(word, piece.begin, sink);
    }
    if (sink.full()) return;
  }
}

// A piece that no pre-tokenizer cut (Gemma's is the whole text) is cut at "▁" where the model allows it.
void Tokenizer::Impl::encode_piece(std::string_view word, std::uint32_t begin, Sink& sink) const {
  constexpr std::string_view kMetaspace = "\xE2\x96\x81";
  if (cuts == nullptr) return encode_word(word, begin, sink);
  std::size_t done = 0;
  for (std::size_t at = word.find(kMetaspace, 1); at != std::string_view::npos;
       at = word.find(kMetaspace, at + kMetaspace.size())) {
    if (!(*cuts)[static_cast<unsigned char>(word[at - 1])]) continue;
    encode_word(word.substr(done, at - done), begin + static_cast<std::uint32_t>(done), sink);
    if (sink.full()) return;
    done = at;
  }
  encode_word(word.substr(done), begin + static_cast<std::uint32_t>(done), sink);
}

void Tokenizer::Impl::encode_word(std::string_view word, std::uint32_t begin, Sink& sink) const {
  Scratch::State& scratch = sink.scratch;
  const auto emit = [&](std::uint32_t id, std::size_t from, std::size_t to) {
    sink.add(id, scratch.text.source(begin + from, begin + to));
  };
  WordCache::Entry* entry = nullptr;
  if (word.size() <= WordCache::kMaxBytes) {
    entry = &scratch.cache.place(number, word);
    if (WordCache::holds(*entry, number, word)) {
      std::size_t from = 0;
      for (std::size_t i = 0; i < entry->count; ++i) {
        emit(entry->ids[i], from, entry->ends[i]);
        from = entry->ends[i];
      }
      return;
    }
  }
  scratch.word.clear();
  model->tokenize(word, scratch);
  for (const WordToken& token : scratch.word) emit(token.id, token.begin, token.end);
  if (entry != nullptr) WordCache::put(*entry, number, word, scratch.word);
}

}  // namespace signalbox::tokenizers
