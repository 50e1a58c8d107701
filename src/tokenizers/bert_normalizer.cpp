// BERT's normalizer: control characters dropped, white space to spaces, spaces around Chinese characters, accents
// stripped, lower case. One pass over the text does what the reference does in five.
//
// Most text is ASCII, where only white space and case change and no offset does: then the output is plain. Otherwise
// each code point is looked up; only those that take part in Unicode normalization go the long way (a cluster of such
// characters is decomposed, sorted, and loses its marks).
#include "tokenizers/chars.h"
#include "tokenizers/normalizer.h"
#include "tokenizers/unicode_forms.h"

namespace signalbox::tokenizers {
namespace {

class BertNormalizer : public Normalizer {
 public:
  BertNormalizer(bool clean, bool chinese, bool strip, bool lower)
      : clean_(clean), chinese_(chinese), strip_(strip), lower_(lower), chars_(CharTable::get()) {
    for (char32_t c = 0; c < kLowSize; ++c) low_[c] = lowercase(c).first;
  }

  void apply(Scratch::State& scratch) const override {
    if (apply_ascii(scratch)) return;
    const AlignedText& in = scratch.text;
    AlignedText& out = scratch.other;
    out.begin(in.origin());
    const std::string_view bytes = in.bytes();
    for (std::size_t at = 0; at < bytes.size();) {
      const Decoded c = decode_valid(bytes, at);
      const std::uint16_t classes = chars_[c.value];
      if (strip_ && (classes & kDecomposes) != 0 && !(clean_ && (classes & kBertRemoved) != 0)) {
        at = apply_cluster(scratch, at);
        continue;
      }
      put(c.value, classes, in.source(at), out);
      at += c.length;
    }
    scratch.swap();
  }

 private:
  static constexpr char32_t kLowSize = 0x600;  // Latin, Greek, Cyrillic, Armenian, Hebrew

  char32_t lower(char32_t c) const { return c < kLowSize ? low_[c] : lowercase(c).first; }

  // Text of ASCII without characters to drop: as long as before, so offsets stay. False when it is not such a text.
  bool apply_ascii(Scratch::State& scratch) const {
    const AlignedText& in = scratch.text;
    if (!in.plain()) return false;
    const std::size_t size = in.size();
    const char* const from = in.bytes().data();
    char* const to = scratch.other.plain_copy_of(in);
    const unsigned char upper_end = lower_ ? 'Z' : 0;  // nothing lies between 'A' and 0
    unsigned odd = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto c = static_cast<unsigned char>(from[i]);
      const bool space = c == '\t' || c == '\n' || c == '\r';
      odd |= static_cast<unsigned>(c >= 0x7F) | static_cast<unsigned>(c < 0x20 && !space);
      const auto lowered = static_cast<unsigned char>(c + (c >= 'A' && c <= upper_end ? 32 : 0));
      to[i] = static_cast<char>(clean_ && c < 0x20 ? 0x20 : lowered);
    }
    if (odd != 0) return false;
    scratch.swap();
    return true;
  }

  // One character that decomposition does not touch.
  void put(char32_t c, std::uint16_t classes, Span source, AlignedText& out) const {
    if (clean_) {
      if ((classes & kBertRemoved) != 0) return;
      if ((classes & kWhite) != 0) c = ' ';
    }
    if (chinese_ && (classes & kChinese) != 0) {
      out.append(' ', source);
      put_last(c, classes, source, out);
      out.append(' ', source);
      return;
    }
    put_last(c, classes, source, out);
  }

  void put_last(char32_t c, std::uint16_t classes, Span source, AlignedText& out) const {
    if (strip_ && (classes & kBertMark) != 0) return;
    if (!lower_) return out.append(c, source);
    out.append(lower(c), source);
    if (c == 0x130) out.append(0x307, source);
  }

  // A run of characters that decompose or combine, from `at` on; returns its end.
  std::size_t apply_cluster(Scratch::State& scratch, std::size_t at) const {
    const AlignedText& in = scratch.text;
    std::vector<CodePointSource>& cluster = scratch.cluster;
    cluster.clear();
    while (at < in.size()) {
      const Decoded c = decode_valid(in.bytes(), at);
      const std::uint16_t classes = chars_[c.value];
      const bool dropped = clean_ && (classes & kBertRemoved) != 0;
      if (!dropped && (classes & kDecomposes) == 0) break;
      const Span source = in.source(at);
      at += c.length;
      if (dropped) continue;
      const bool spaced = chinese_ && (classes & kChinese) != 0;
      if (spaced) cluster.push_back({' ', 0, true, source});
      decompose(clean_ && (classes & kWhite) != 0 ? U' ' : c.value, false, source, cluster);
      if (spaced) cluster.push_back({' ', 0, true, source});
    }
    order_canonically(cluster, scratch.sources, Span{in.origin(), in.origin()});
    for (const CodePointSource& c : cluster) put_last(c.value, chars_[c.value], c.source, scratch.other);
    return at;
  }

  bool clean_, chinese_, strip_, lower_;
  const CharTable& chars_;
  std::array<char32_t, kLowSize> low_{};
};

}  // namespace

NormalizerPtr read_bert_normalizer(JsonObject& json) {
  const bool clean = json.at("clean_text").boolean();
  const bool chinese = json.at("handle_chinese_chars").boolean();
  const bool lower = json.at("lowercase").boolean();
  const bool strip = json.boolean_or("strip_accents", lower);
  return std::make_unique<BertNormalizer>(clean, chinese, strip, lower);
}

}  // namespace signalbox::tokenizers
