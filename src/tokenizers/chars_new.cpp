// Characters of Unicode 15.1, 16.0 and 17.0 that the reference's tables have and ICU 72's do not. Made by
// parity/tokenizers/new_characters.py from the reference's own answers; with a newer ICU they say the same twice.
#include "tokenizers/chars.h"

namespace signalbox::tokenizers {

const std::vector<NewRange>& new_ranges() {
  static const std::vector<NewRange> ranges = {
      {0x897, 0x897, kWord | kMark},
      {0x1C89, 0x1C89, kLetter | kWord | kUpper},
      {0x1C8A, 0x1C8A, kLetter | kWord | kLower},
      {0xA7CB, 0xA7CC, kLetter | kWord | kUpper},
      {0xA7CD, 0xA7CD, kLetter | kWord | kLower},
      {0xA7DA, 0xA7DA, kLetter | kWord | kUpper},
      {0xA7DB, 0xA7DB, kLetter | kWord | kLower},
      {0xA7DC, 0xA7DC, kLetter | kWord | kUpper},
      {0x105C0, 0x105F3, kLetter | kWord | kCaseless},
      {0x10D40, 0x10D49, kNumber | kNumeric | kWord},
      {0x10D4A, 0x10D4F, kLetter | kWord | kCaseless},
      {0x10D50, 0x10D65, kLetter | kWord | kUpper},
      {0x10D69, 0x10D6D, kWord | kMark},
      {0x10D6F, 0x10D6F, kLetter | kWord | kCaseless},
      {0x10D70, 0x10D85, kLetter | kWord | kLower},
      {0x10EC2, 0x10EC4, kLetter | kWord | kCaseless},
      {0x10EFC, 0x10EFC, kWord | kMark},
      {0x11380, 0x11389, kLetter | kWord | kCaseless},
      {0x1138B, 0x1138B, kLetter | kWord | kCaseless},
      {0x1138E, 0x1138E, kLetter | kWord | kCaseless},
      {0x11390, 0x113B5, kLetter | kWord | kCaseless},
      {0x113B7, 0x113B7, kLetter | kWord | kCaseless},
      {0x113B8, 0x113C0, kWord | kMark},
      {0x113C2, 0x113C2, kWord | kMark},
      {0x113C5, 0x113C5, kWord | kMark},
      {0x113C7, 0x113CA, kWord | kMark},
      {0x113CC, 0x113D0, kWord | kMark},
      {0x113D1, 0x113D1, kLetter | kWord | kCaseless},
      {0x113D2, 0x113D2, kWord | kMark},
      {0x113D3, 0x113D3, kLetter | kWord | kCaseless},
      {0x113E1, 0x113E2, kWord | kMark},
      {0x116D0, 0x116E3, kNumber | kNumeric | kWord},
      {0x11BC0, 0x11BE0, kLetter | kWord | kCaseless},
      {0x11BF0, 0x11BF9, kNumber | kNumeric | kWord},
      {0x11DE0, 0x11DE9, kNumeric},
      {0x11F5A, 0x11F5A, kWord | kMark},
      {0x13460, 0x143FA, kLetter | kWord | kCaseless},
      {0x16100, 0x1611D, kLetter | kWord | kCaseless},
      {0x1611E, 0x1612F, kWord | kMark},
      {0x16130, 0x16139, kNumber | kNumeric | kWord},
      {0x16D40, 0x16D6C, kLetter | kWord | kCaseless},
      {0x16D70, 0x16D79, kNumber | kNumeric | kWord},
      {0x16FF4, 0x16FF6, kNumeric},
      {0x18CFF, 0x18CFF, kLetter | kWord | kCaseless},
      {0x1CCF0, 0x1CCF9, kNumber | kNumeric | kWord},
      {0x1E5D0, 0x1E5ED, kLetter | kWord | kCaseless},
      {0x1E5EE, 0x1E5EF, kWord | kMark},
      {0x1E5F0, 0x1E5F0, kLetter | kWord | kCaseless},
      {0x1E5F1, 0x1E5FA, kNumber | kNumeric | kWord},
      {0x2EBF0, 0x2EE5D, kLetter | kWord | kCaseless | kHan},
  };
  return ranges;
}

const std::vector<NewLower>& new_lower() {
  static const std::vector<NewLower> ranges = {
      {0x1C89, 0x1C89, 1},      {0xA7CB, 0xA7CB, 0x264 - 0xA7CB},
      {0xA7CC, 0xA7CC, 1},      {0xA7CE, 0xA7CE, 1},
      {0xA7D2, 0xA7D2, 1},      {0xA7D4, 0xA7D4, 1},
      {0xA7DA, 0xA7DA, 1},      {0xA7DC, 0xA7DC, 0x19B - 0xA7DC},
      {0x10D50, 0x10D65, 0x20}, {0x16EA0, 0x16EB8, 0x1B},
  };
  return ranges;
}

}  // namespace signalbox::tokenizers
