// Secrets that begin with a prefix of their provider, as data.
//
// Internal to pii/. A rule holds where its prefix begins a word and is followed by `shortest` to `longest` characters
// of its alphabet and then by none of them, random enough for a key.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace signalbox::pii {

enum class Alphabet : std::uint8_t {
  hex,        // 0-9 a-f A-F
  base32,     // A-Z 2-7
  upper,      // 0-9 A-Z
  alnum,      // 0-9 a-z A-Z
  base64url,  // alnum - _
  base64,     // alnum + / =
  dotted,     // base64url . =
  jwt,        // base64url .
};

enum class Check : std::uint8_t {
  none,
  github,  // the last six characters are the base-62 CRC-32 of those before
  jwt,     // the first part is a JSON header that names an algorithm
};

struct SecretRule {
  std::string_view kind;
  std::string_view prefix;
  Alphabet alphabet;
  std::size_t shortest;
  std::size_t longest;
  double entropy;               // bits per character that the body needs
  std::string_view infix = {};  // must occur in the body
  Check check = Check::none;
};

std::span<const SecretRule> secret_rules();
bool in_alphabet(Alphabet alphabet, char c);
bool passes(Check check, std::string_view body);

// Shannon's, bits per character.
double entropy(std::string_view text);
// "xxxxxxxx", "your_api_key", "AKIAIOSFODNN7EXAMPLE", "1234567890abcdef", "${TOKEN}": what stands in for a secret.
bool is_placeholder(std::string_view text);

}  // namespace signalbox::pii
