// The small normalizers: lower case, stripping, prepending, Nmt, accents, the byte-level alphabet.
#include "tokenizers/simple_normalizers.h"

#include "tokenizers/byte_alphabet.h"
#include "tokenizers/chars.h"

namespace signalbox::tokenizers {
namespace {

// Calls visit(code point) for each.
template <typename Visit>
void for_each(std::string_view bytes, Visit visit) {
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded c = decode_valid(bytes, at);
    visit(c.value);
    at += c.length;
  }
}

void apply_changes(Scratch::State& scratch) {
  scratch.other.transform(scratch.text, scratch.changes);
  scratch.swap();
}

// Drops what `keep` refuses and maps the rest, with the offsets of what is kept.
template <typename Keep, typename Map>
void filter(Scratch::State& scratch, Keep keep, Map map) {
  const AlignedText& in = scratch.text;
  scratch.other.begin(in.origin());
  const std::string_view bytes = in.bytes();
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded c = decode_valid(bytes, at);
    if (keep(c.value)) scratch.other.append(map(c.value), in.source(at));
    at += c.length;
  }
  scratch.swap();
}

class Lowercase : public Normalizer {
 public:
  void apply(Scratch::State& scratch) const override {
    if (apply_ascii(scratch)) return;
    scratch.changes.clear();
    for_each(scratch.text.bytes(), [&](char32_t c) {
      const Lowered lowered = lowercase(c);
      scratch.changes.push_back({lowered.first, 0});
      if (lowered.second != 0) scratch.changes.push_back({lowered.second, 1});
    });
    apply_changes(scratch);
  }

 private:
  static bool apply_ascii(Scratch::State& scratch) {
    const AlignedText& in = scratch.text;
    if (!in.plain()) return false;
    const char* const from = in.bytes().data();
    char* const to = scratch.other.plain_copy_of(in);
    unsigned char seen = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      seen |= static_cast<unsigned char>(from[i]);
      to[i] = static_cast<char>(from[i] + (from[i] >= 'A' && from[i] <= 'Z' ? 32 : 0));
    }
    if (seen >= 0x80) return false;
    scratch.swap();
    return true;
  }
};

class StripAccents : public Normalizer {
 public:
  void apply(Scratch::State& scratch) const override {
    filter(scratch, [&](char32_t c) { return !chars_.is(c, kCombining); }, [](char32_t c) { return c; });
  }

 private:
  const CharTable& chars_ = CharTable::get();
};

class Nmt : public Normalizer {
 public:
  void apply(Scratch::State& scratch) const override { filter(scratch, keep, map); }

 private:
  static bool keep(char32_t c) {
    return !((c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F);
  }
  static char32_t map(char32_t c) {
    const bool space = c == 0x9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
                       c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
    return space ? U' ' : c;
  }
};

class Strip : public Normalizer {
 public:
  Strip(bool left, bool right) : left_(left), right_(right) {}
  void apply(Scratch::State& scratch) const override {
    const std::string_view bytes = scratch.text.bytes();
    std::size_t begin = 0;
    std::size_t end = bytes.size();
    while (left_ && begin < end && chars_.is(decode_valid(bytes, begin).value, kWhite))
      begin += sequence_length(bytes[begin]);
    while (right_ && end > begin && chars_.is(decode_valid_before(bytes, end).value, kWhite)) {
      end -= decode_valid_before(bytes, end).length;
    }
    if (begin == 0 && end == bytes.size()) return;
    scratch.other.begin(scratch.text.origin());
    scratch.other.copy(scratch.text, begin, end);
    scratch.swap();
  }

 private:
  bool left_, right_;
  const CharTable& chars_ = CharTable::get();
};

class Prepend : public Normalizer {
 public:
  explicit Prepend(std::string_view text) : text_(text) {}
  void apply(Scratch::State& scratch) const override {
    const AlignedText& in = scratch.text;
    if (in.empty()) return;
    scratch.other.begin(in.origin());
    scratch.other.append(text_, in.source(0));
    scratch.other.copy(in, 0, in.size());
    scratch.swap();
  }

 private:
  std::string text_;
};

class ByteLevelNormalizer : public Normalizer {
 public:
  void apply(Scratch::State& scratch) const override {
    const AlignedText& in = scratch.text;
    scratch.other.begin(in.origin());
    for (std::size_t at = 0; at < in.size(); ++at) scratch.other.append(byte_character(in.bytes()[at]), in.source(at));
    scratch.swap();
  }
};

}  // namespace

NormalizerPtr make_lowercase() {
  return std::make_unique<Lowercase>();
}
NormalizerPtr make_strip_accents() {
  return std::make_unique<StripAccents>();
}
NormalizerPtr make_nmt() {
  return std::make_unique<Nmt>();
}
NormalizerPtr make_byte_level_normalizer() {
  return std::make_unique<ByteLevelNormalizer>();
}

NormalizerPtr read_strip(JsonObject& json) {
  const bool left = json.at("strip_left").boolean();
  return std::make_unique<Strip>(left, json.at("strip_right").boolean());
}

NormalizerPtr read_prepend(JsonObject& json) {
  return std::make_unique<Prepend>(json.at("prepend").string());
}

}  // namespace signalbox::tokenizers
