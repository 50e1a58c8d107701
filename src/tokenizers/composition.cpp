// NFC and NFKC, with the reference's offsets.
//
// Only stretches that may change are worked on: from the last character before one that does not simply stay to the
// next that does. Such a stretch is decomposed, ordered and composed again; every code point carries the reference's
// "change" (see Change), which composition adds up, and the changes are then applied to the whole text at once.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <stdexcept>

#include "tokenizers/chars.h"
#include "tokenizers/unicode_forms.h"

namespace signalbox::tokenizers {
namespace {

constexpr int kVersion = 900;
constexpr char32_t kFirstOdd = 0x300;       // below, NFC changes nothing
constexpr char32_t kFirstOddCompat = 0xA0;  // below, NFKC changes nothing
constexpr std::size_t kCodePoints = 0x110000;

bool stays(char32_t c, bool compatible) {
  if (!in_version(c, kVersion)) return true;
  const auto code = static_cast<UChar32>(c);
  const UProperty check = compatible ? UCHAR_NFKC_QUICK_CHECK : UCHAR_NFC_QUICK_CHECK;
  return u_getIntPropertyValue(code, check) == UNORM_YES && u_getCombiningClass(code) == 0;
}

class Composition : public Normalizer {
 public:
  explicit Composition(bool compatible) : compatible_(compatible), odd_(kCodePoints) {
    for (char32_t c = compatible ? kFirstOddCompat : kFirstOdd; c < 0x30000; ++c) odd_[c] = !stays(c, compatible);
    UErrorCode status = U_ZERO_ERROR;
    canonical_ = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalization data");
  }

  void apply(Scratch::State& scratch) const override {
    const std::string_view bytes = scratch.text.bytes();
    if (find_odd(bytes, 0) == bytes.size()) return;
    scratch.changes.clear();
    for (std::size_t at = 0; at < bytes.size();) at = apply_stretch(scratch, at);
    scratch.other.transform(scratch.text, scratch.changes);
    scratch.swap();
  }

 private:
  // The first character from `at` on that may change, or the end.
  std::size_t find_odd(std::string_view bytes, std::size_t at) const {
    while (at < bytes.size()) {
      if (is_ascii_byte(bytes[at])) {
        ++at;
        continue;
      }
      const Decoded c = decode_valid(bytes, at);
      if (odd_[c.value]) break;
      at += c.length;
    }
    return at;
  }

  // Copies up to the next stretch and composes that; returns its end.
  std::size_t apply_stretch(Scratch::State& scratch, std::size_t at) const {
    const std::string_view bytes = scratch.text.bytes();
    const std::size_t odd = find_odd(bytes, at);
    const std::size_t begin = odd > at && odd < bytes.size() ? odd - decode_valid_before(bytes, odd).length : odd;
    for (std::size_t i = at; i < begin;) {
      const Decoded c = decode_valid(bytes, i);
      scratch.changes.push_back({c.value, 0});
      i += c.length;
    }
    scratch.cluster.clear();
    std::size_t end = begin;
    while (end < bytes.size()) {
      const Decoded c = decode_valid(bytes, end);
      if (end > odd && !odd_[c.value]) break;
      decompose(c.value, compatible_, {}, scratch.cluster);
      end += c.length;
    }
    order_canonically(scratch.cluster, scratch.sources, {});
    compose(scratch.cluster, scratch.changes, scratch.blocked);
    return end;
  }

  // The reference's Recompositions. `waiting` are marks that did not compose with the starter before them.
  void compose(const std::vector<CodePointSource>& cluster, std::vector<Change>& out,
               std::vector<Change>& waiting) const {
    std::optional<Change> starter;
    int last_class = -1;  // of the last mark that waits
    waiting.clear();
    const auto flush = [&] {
      if (starter) out.push_back(*starter);
      out.insert(out.end(), waiting.begin(), waiting.end());
      waiting.clear();
      starter.reset();
      last_class = -1;
    };
    for (const CodePointSource& c : cluster) {
      const Change next{c.value, c.first ? 0 : 1};
      if (!starter) {
        if (c.combining_class != 0) {
          out.push_back(next);
        } else {
          starter = next;
        }
        continue;
      }
      const bool blocked = last_class >= c.combining_class;
      if (const auto composed = blocked ? std::nullopt : compose_pair(starter->value, c.value)) {
        starter = Change{*composed, starter->change + next.change - 1};
      } else if (c.combining_class == 0) {
        flush();
        starter = next;
      } else {
        waiting.push_back(next);
        last_class = c.combining_class;
      }
    }
    flush();
  }

  std::optional<char32_t> compose_pair(char32_t a, char32_t b) const {
    const UChar32 composed = canonical_->composePair(static_cast<UChar32>(a), static_cast<UChar32>(b));
    if (composed < 0 || !in_version(static_cast<char32_t>(composed), kVersion)) return std::nullopt;
    return static_cast<char32_t>(composed);
  }

  bool compatible_;
  std::vector<bool> odd_;
  const icu::Normalizer2* canonical_ = nullptr;  // ICU's own, lives as long as the process
};

}  // namespace

NormalizerPtr make_composition(bool compatible) {
  return std::make_unique<Composition>(compatible);
}

}  // namespace signalbox::tokenizers
