// The normalizer Precompiled: sentencepiece's character map, which is a double-array trie (of Darts) and the
// replacements, each ended by a zero byte, in one block of bytes.
//
// A short grapheme cluster is looked up whole first, then each character by itself; the shortest key that matches
// counts. The reference does it so, odd as it is, and so it is here. The block comes from a file: every step into it is
// checked.
#include <array>

#include "tokenizers/graphemes.h"
#include "tokenizers/normalizer.h"

namespace signalbox::tokenizers {
namespace {

constexpr std::size_t kLongestCluster = 6;  // from this many bytes on, only characters are looked up

std::string from_base64(const JsonValue& json) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  const std::string_view text = json.string();
  for (const char c : text.substr(0, text.find('='))) {
    static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) json.fail("must be base64.");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(static_cast<unsigned char>(bits >> count));
    }
  }
  return out;
}

class CharacterMap {
 public:
  explicit CharacterMap(const JsonValue& json) {
    const std::string bytes = from_base64(json);
    const auto word = [&](std::size_t at) {
      std::uint32_t value = 0;
      for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
      return value;
    };
    if (bytes.size() < 4 || word(0) / 4 * 4 > bytes.size() - 4) json.fail("is cut short.");
    const std::size_t units = word(0) / 4;
    if (units == 0) json.fail("has no trie.");
    for (std::size_t i = 0; i < units; ++i) units_.push_back(word(4 + 4 * i));
    replacements_ = bytes.substr(4 + 4 * units);
    if (valid_prefix(replacements_) != replacements_.size()) json.fail("holds broken UTF-8.");
    for (unsigned i = 0; i < ascii_.size(); ++i) {
      const auto c = static_cast<char>(i);
      ascii_[i] = look_up({&c, 1}).has_value();
    }
  }

  // What the shortest key that the part begins with becomes.
  std::optional<std::string_view> look_up(std::string_view part) const {
    std::size_t node = offset(units_[0]);
    for (const char c : part) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0) break;
      node ^= byte;
      if (node >= units_.size() || (units_[node] & (1u << 31 | 0xFF)) != byte) return std::nullopt;
      const std::uint32_t unit = units_[node];
      node ^= offset(unit);
      if ((unit >> 8 & 1) == 0) continue;
      if (node >= units_.size()) return std::nullopt;
      const std::size_t at = units_[node] & ((1u << 31) - 1);
      if (at > replacements_.size() || (at < replacements_.size() && is_continuation(replacements_[at])))
        return std::nullopt;
      const std::size_t end = replacements_.find('\0', at);
      return std::string_view(replacements_).substr(at, end == std::string::npos ? end : end - at);
    }
    return std::nullopt;
  }

  bool changes_ascii(char c) const { return ascii_[static_cast<unsigned char>(c) & 0x7F]; }

 private:
  static std::size_t offset(std::uint32_t unit) { return std::size_t{unit >> 10} << ((unit & 1u << 9) >> 6); }

  std::vector<std::uint32_t> units_;
  std::string replacements_;
  std::array<bool, 128> ascii_{};
};

std::int32_t count_characters(std::string_view text) {
  std::int32_t count = 0;
  for (const char c : text) count += is_continuation(c) ? 0 : 1;
  return count;
}

class Precompiled : public Normalizer {
 public:
  explicit Precompiled(const JsonValue& json) : map_(json) {}

  void apply(Scratch::State& scratch) const override {
    const std::string_view bytes = scratch.text.bytes();
    if (unchanged_ascii(bytes)) return;
    scratch.changes.clear();
    bool changed = false;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t end = grapheme_end(bytes, at);
      changed = put_cluster(bytes.substr(at, end - at), scratch.changes) || changed;
      at = end;
    }
    if (!changed) return;
    scratch.other.transform(scratch.text, scratch.changes);
    scratch.swap();
  }

 private:
  bool unchanged_ascii(std::string_view bytes) const {
    for (const char c : bytes) {
      if (!is_ascii_byte(c) || c == '\r' || map_.changes_ascii(c)) return false;
    }
    return true;
  }

  // Says whether anything was replaced.
  bool put_cluster(std::string_view cluster, std::vector<Change>& out) const {
    if (cluster.size() < kLongestCluster) {
      if (const auto replacement = map_.look_up(cluster)) {
        put_replacement(cluster, *replacement, out);
        return true;
      }
    }
    bool changed = false;
    for (std::size_t at = 0; at < cluster.size();) {
      const Decoded c = decode_valid(cluster, at);
      const std::string_view part = cluster.substr(at, c.length);
      if (const auto replacement = map_.look_up(part)) {
        put_replacement(part, *replacement, out);
        changed = true;
      } else {
        out.push_back({c.value, 0});
      }
      at += c.length;
    }
    return changed;
  }

  static void put_replacement(std::string_view old, std::string_view replacement, std::vector<Change>& out) {
    const std::int32_t more = count_characters(replacement) - count_characters(old);
    for (std::size_t at = 0; at < replacement.size();) {
      const Decoded c = decode_valid(replacement, at);
      out.push_back({c.value, 0});
      at += c.length;
    }
    for (std::int32_t i = 0; i < more; ++i) out[out.size() - 1 - static_cast<std::size_t>(i)].change = 1;
    if (more < 0 && !out.empty()) out.back().change += more;
  }

  CharacterMap map_;
};

}  // namespace

NormalizerPtr read_precompiled(JsonObject& json) {
  return std::make_unique<Precompiled>(json.at("precompiled_charsmap"));
}

}  // namespace signalbox::tokenizers
