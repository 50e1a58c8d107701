#include "text/tokens.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace signalbox::text {
namespace {

// Classes of bytes. A UTF-8 lead byte tells the script well enough.
enum Class : std::uint8_t {
  space,
  control,  // line ends, tabs
  lower,
  digit,
  punctuation,
  upper,
  latin,     // beyond ASCII
  cyrillic,  // and Greek
  semitic,   // Armenian, Hebrew, Arabic
  indic,     // and Thai, Lao
  symbol,    // typographic and other
  kana,
  han,
  hangul,
  other,      // emoji and whatever else takes four bytes, private use, fullwidth
  tail,       // continuation bytes
  tail_high,  // 0xBA and up: after 0xE1 they make Vietnamese, lower ones Georgian, Khmer, Myanmar...
  extended,   // 0xE1
  class_count,
};

struct Weight {
  double each = 0;   // for every character of the class
  double start = 0;  // more, where a run of its group starts
};

constexpr std::array<Weight, class_count> kWeights = {{
    {0, 0.158},      // space
    {0.109, 1.453},  // control
    {0.042, 0.668},  // lower
    {0.103, 1.565},  // digit
    {0.027, 0.731},  // punctuation
    {0.141, 0.626},  // upper
    {1.512, 0},      // latin
    {0.057, 1.548},  // cyrillic
    {0, 1.680},      // semitic
    {0.370, 0},      // indic
    {0.024, 1.559},  // symbol
    {0.565, 1.220},  // kana
    {0.695, 1.387},  // han
    {0.101, 1.688},  // hangul
    {1.2, 1.0},      // other: by hand
    {0, 0},          // tail
    {0, 0},          // tail_high
    {0, 0},          // extended: by the byte that follows
}};
constexpr double kCamel = 0.783;           // an upper-case letter after a lower-case one
constexpr double kExtendedNotLatin = 0.5;  // 0xE1 and a low tail: by hand

constexpr std::uint32_t kScale = 4096;  // weights are fixed-point, so that a sum does not depend on its order
constexpr std::size_t kStride = 32;

constexpr Class class_of(unsigned byte) {
  if (byte == ' ') return space;
  if (byte < 0x20) return control;
  if (byte >= 'a' && byte <= 'z') return lower;
  if (byte >= '0' && byte <= '9') return digit;
  if (byte >= 'A' && byte <= 'Z') return upper;
  if (byte < 0x80) return punctuation;
  if (byte < 0xC0) return byte < 0xBA ? tail : tail_high;
  if (byte <= 0xC2 || byte == 0xE2) return symbol;
  if (byte <= 0xCC) return latin;
  if (byte <= 0xD3) return cyrillic;
  if (byte <= 0xDF) return semitic;
  if (byte == 0xE0) return indic;
  if (byte == 0xE1) return extended;
  if (byte == 0xE3) return kana;
  if (byte <= 0xE9) return han;
  return byte <= 0xED ? hangul : other;
}

constexpr bool is_tail(Class c) {
  return c == tail || c == tail_high;
}

// Classes of one group go on with each other's runs.
constexpr int group(Class c) {
  switch (c) {
    case space:
    case control:
    case digit:
    case punctuation:
      return c;
    case symbol:
    case other:
      return symbol;
    case kana:
    case han:
    case hangul:
      return kana;
    default:
      return lower;
  }
}

constexpr bool starts(Class before, Class now) {
  if (is_tail(now)) return false;
  // Behind a tail the script is forgotten; only ASCII that is no letter surely starts something.
  if (is_tail(before)) return now == space || now == control || now == digit || now == punctuation;
  return group(before) != group(now);
}

constexpr double weight(Class before, Class now) {
  if (before == extended && now == tail) return kExtendedNotLatin;
  return kWeights[now].each + (starts(before, now) ? kWeights[now].start : 0) +
         (before == lower && now == upper ? kCamel : 0);
}

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> out{};
  for (unsigned byte = 0; byte < out.size(); ++byte) out[byte] = class_of(byte);
  return out;
}

constexpr std::array<std::uint16_t, kStride * kStride> make_weights() {
  std::array<std::uint16_t, kStride * kStride> out{};
  for (unsigned before = 0; before < class_count; ++before) {
    for (unsigned now = 0; now < class_count; ++now) {
      const double w = weight(static_cast<Class>(before), static_cast<Class>(now));
      out[before * kStride + now] = static_cast<std::uint16_t>(w * kScale + 0.5);
    }
  }
  return out;
}

constexpr auto kClasses = make_classes();
constexpr auto kPairWeights = make_weights();

}  // namespace

std::int64_t TokenEstimator::estimate(std::string_view text) const {
  if (text.empty()) return 0;
  const std::uint8_t* const classes = kClasses.data();
  const std::uint16_t* const weights = kPairWeights.data();
  std::uint64_t sum = 0;
  std::size_t before = control;
  for (const char c : text) {
    const std::size_t now = classes[static_cast<unsigned char>(c)];
    sum += weights[before * kStride + now];
    before = now;
  }
  return std::max<std::int64_t>(1, static_cast<std::int64_t>((sum + kScale / 2) / kScale));
}

}  // namespace signalbox::text
