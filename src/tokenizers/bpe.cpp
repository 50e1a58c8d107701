#include "tokenizers/bpe.h"

#include <fmt/format.h>

#include <algorithm>

#include "tokenizers/byte_alphabet.h"

namespace signalbox::tokenizers {
namespace {

constexpr std::size_t kShortWord = 40;  // symbols; measured: where the heap begins to win
constexpr std::string_view kMetaspace = "\xE2\x96\x81";

// The candidate to be merged later is the greater: std::push_heap keeps the greatest on top, so the order is turned
// round.
bool later(const MergeCandidate& a, const MergeCandidate& b) {
  return a.rank != b.rank ? a.rank > b.rank : a.at > b.at;
}

void add_symbol(std::uint32_t id, std::uint32_t length, std::vector<Symbol>& out) {
  const std::uint32_t begin = out.empty() ? 0 : out.back().begin + out.back().length;
  out.push_back({id, begin, length});
}

}  // namespace

Bpe::Bpe(Vocabulary vocabulary, MergeTable merges, BpeOptions options)
    : vocabulary_(std::move(vocabulary)), merges_(std::move(merges)), options_(std::move(options)) {
  make_byte_tables();
  if (options_.raw_bytes && options_.ignore_merges) {
    vocabulary_.each([&](std::string_view token, std::uint32_t id) {
      if (const auto bytes = alphabet_to_bytes(token)) whole_words_.add(*bytes, id);
    });
  }
  if (!options_.raw_bytes && options_.prefix.empty() && options_.suffix.empty()) {
    bmp_ids_.assign(0x10000, kNone);
    vocabulary_.each([&](std::string_view token, std::uint32_t id) {
      if (token.empty() || sequence_length(token[0]) != token.size()) return;
      if (const char32_t c = decode_valid(token, 0).value; c < bmp_ids_.size()) bmp_ids_[c] = id;
    });
  }
  find_cuts();
}

void Bpe::make_byte_tables() {
  for (unsigned i = 0; i < 256; ++i) {
    std::array<char, 4> buffer;
    const std::uint32_t size =
        encode_utf8(byte_character(static_cast<char>(static_cast<unsigned char>(i))), buffer.data());
    const std::string character(buffer.data(), size);
    byte_ids_[i] = vocabulary_.id(character).value_or(kNone);
    last_byte_ids_[i] = vocabulary_.id(character + options_.suffix).value_or(kNone);
    fallback_ids_[i] = vocabulary_.id(fmt::format("<0x{:02X}>", i)).value_or(kNone);
  }
}

// Text may be cut before a "▁" if no token has the byte before it in front of a "▁", for then no merge crosses the cut;
// and if "▁" is itself a token, so that nothing unknown goes on across it.
void Bpe::find_cuts() {
  const bool dropped = !options_.unknown && !options_.byte_fallback;  // unknown characters shift the offsets after them
  const bool affixes = !options_.prefix.empty() || !options_.suffix.empty();
  separable_ = !options_.raw_bytes && !options_.ignore_merges && !dropped && !affixes && vocabulary_.id(kMetaspace);
  cuts_.fill(true);
  vocabulary_.each([&](std::string_view token, std::uint32_t) {
    for (std::size_t at = token.find(kMetaspace, 1); at != std::string_view::npos;
         at = token.find(kMetaspace, at + 1)) {
      cuts_[static_cast<unsigned char>(token[at - 1])] = false;
    }
  });
}

void Bpe::tokenize(std::string_view word, Scratch::State& scratch) const {
  if (options_.ignore_merges) {
    const std::optional<std::uint32_t> whole = (options_.raw_bytes ? whole_words_ : vocabulary_).id(word);
    if (whole) {
      scratch.word.push_back({*whole, 0, static_cast<std::uint32_t>(word.size())});
      return;
    }
  }
  scratch.symbols.clear();
  if (options_.raw_bytes) {
    symbols_of_bytes(word, scratch);
  } else {
    symbols_of_characters(word, scratch);
  }
  if (scratch.symbols.size() <= kShortWord) {
    merge_short(scratch.symbols, scratch.pairs);
  } else {
    merge_long(scratch.symbols, scratch.heap);
  }
  for (const Symbol& symbol : scratch.symbols) {
    if (symbol.length != 0) scratch.word.push_back({symbol.id, symbol.begin, symbol.begin + symbol.length});
  }
}

void Bpe::symbols_of_bytes(std::string_view word, Scratch::State& scratch) const {
  Unknown unknown;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = static_cast<unsigned char>(word[i]);
    const std::uint32_t id = (i + 1 == word.size() ? last_byte_ids_ : byte_ids_)[byte];
    if (id == kNone) {
      add_unknown(1, unknown, scratch);
      continue;
    }
    close_unknown(unknown, scratch);
    add_symbol(id, 1, scratch.symbols);
  }
  close_unknown(unknown, scratch);
}

std::uint32_t Bpe::character_id(std::string_view character, bool first, bool last, std::string& buffer) const {
  if (!bmp_ids_.empty()) {
    const char32_t c = decode_valid(character, 0).value;
    return c < bmp_ids_.size() ? bmp_ids_[c] : vocabulary_.id(character).value_or(kNone);
  }
  buffer.clear();
  if (!first) buffer += options_.prefix;
  buffer += character;
  if (last) buffer += options_.suffix;
  return vocabulary_.id(buffer).value_or(kNone);
}

void Bpe::symbols_of_characters(std::string_view word, Scratch::State& scratch) const {
  Unknown unknown;
  for (std::size_t at = 0; at < word.size();) {
    const std::uint32_t length = sequence_length(word[at]);
    const std::string_view character = word.substr(at, length);
    const bool first = at == 0;
    at += length;
    scratch.bytes.assign(character);
    if (const std::uint32_t id = character_id(character, first, at == word.size(), scratch.bytes); id != kNone) {
      close_unknown(unknown, scratch);
      add_symbol(id, length, scratch.symbols);
    } else if (!options_.byte_fallback || !add_bytes(scratch.bytes, scratch)) {
      add_unknown(length, unknown, scratch);
    }
  }
  close_unknown(unknown, scratch);
}

// A character as the tokens of its bytes; false unless the vocabulary has all of them. As in the reference, an unknown
// character before it waits for the next known one.
bool Bpe::add_bytes(std::string_view character, Scratch::State& scratch) const {
  const auto id = [&](char byte) { return fallback_ids_[static_cast<unsigned char>(byte)]; };
  if (!std::ranges::all_of(character, [&](char byte) { return id(byte) != kNone; })) return false;
  for (const char byte : character) add_symbol(id(byte), 1, scratch.symbols);
  return true;
}

void Bpe::add_unknown(std::uint32_t length, Unknown& unknown, Scratch::State& scratch) const {
  if (!options_.unknown) return;
  if (!options_.fuse_unknown) close_unknown(unknown, scratch);
  unknown.open = true;
  unknown.length += length;
}

void Bpe::close_unknown(Unknown& unknown, Scratch::State& scratch) const {
  if (unknown.open) add_symbol(*options_.unknown, unknown.length, scratch.symbols);
  unknown = {};
}

void Bpe::merge_short(std::vector<Symbol>& symbols, std::vector<MergeTable::Merge>& pairs) const {
  pairs.clear();
  for (std::size_t i = 0; i + 1 < symbols.size(); ++i) pairs.push_back(merges_(symbols[i].id, symbols[i + 1].id));
  while (!pairs.empty()) {
    const auto best = std::ranges::min_element(pairs, {}, &MergeTable::Merge::rank);
    if (best->rank == MergeTable::kNoRank) break;
    const auto at = static_cast<std::size_t>(best - pairs.begin());
    symbols[at].id = best->id;
    symbols[at].length += symbols[at + 1].length;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    pairs.erase(best);
    if (at > 0) pairs[at - 1] = merges_(symbols[at - 1].id, symbols[at].id);
    if (at < pairs.size()) pairs[at] = merges_(symbols[at].id, symbols[at + 1].id);
  }
}

void Bpe::merge_long(std::vector<Symbol>& symbols, std::vector<MergeCandidate>& heap) const {
  const auto count = static_cast<std::int32_t>(symbols.size());
  const auto symbol = [&](std::int32_t i) -> Symbol& { return symbols[static_cast<std::size_t>(i)]; };
  heap.clear();
  const auto offer = [&](std::int32_t at) {
    const std::int32_t next = symbol(at).next;
    if (next < 0) return;
    const MergeTable::Merge merge = merges_(symbol(at).id, symbol(next).id);
    if (merge.rank != MergeTable::kNoRank) heap.push_back({merge.rank, static_cast<std::uint32_t>(at), merge.id});
  };
  for (std::int32_t i = 0; i < count; ++i) {
    symbol(i).previous = i - 1;
    symbol(i).next = i + 1 < count ? i + 1 : -1;
  }
  for (std::int32_t i = 0; i < count; ++i) offer(i);
  std::ranges::make_heap(heap, later);
  const auto offer_sorted = [&](std::int32_t at) {
    const std::size_t before = heap.size();
    offer(at);
    if (heap.size() > before) std::ranges::push_heap(heap, later);
  };
  while (!heap.empty()) {
    std::ranges::pop_heap(heap, later);
    const MergeCandidate top = heap.back();
    heap.pop_back();
    const auto at = static_cast<std::int32_t>(top.at);
    const std::int32_t next = symbol(at).next;
    if (symbol(at).length == 0 || next < 0) continue;
    const MergeTable::Merge now = merges_(symbol(at).id, symbol(next).id);
    if (now.rank == MergeTable::kNoRank || now.id != top.id) continue;  // the pair has changed since
    symbol(at).id = top.id;
    symbol(at).length += symbol(next).length;
    symbol(next).length = 0;
    symbol(at).next = symbol(next).next;
    if (symbol(at).next >= 0) symbol(symbol(at).next).previous = at;
    if (symbol(at).previous >= 0) offer_sorted(symbol(at).previous);
    offer_sorted(at);
  }
}

}  // namespace signalbox::tokenizers
