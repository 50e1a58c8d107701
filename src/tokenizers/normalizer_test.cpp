#include "tokenizers/normalizer.h"

#include <gtest/gtest.h>

#include "tokenizers/chars.h"
#include "tokenizers/graphemes.h"

namespace signalbox::tokenizers {
namespace {

std::string normalize(const std::string& json, std::string_view text) {
  simdjson::dom::parser parser;
  return normalized(read_normalizer(JsonValue(parser.parse(json), "")).get(), text);
}

TEST(Normalizer, KnowsEachOfItsNames) {
  EXPECT_EQ(normalize(R"({"type":"NFC"})", "e\u0301 \u1100\u1161\u11A8 \u0344"), "é 각 \u0308\u0301");
  EXPECT_EQ(normalize(R"({"type":"NFD"})", "é각"), "e\u0301\u1100\u1161\u11A8");
  EXPECT_EQ(normalize(R"({"type":"NFKC"})", "ﬁ①Ⅷｱ"), "fi1VIIIア");
  EXPECT_EQ(normalize(R"({"type":"NFKD"})", "ﬁé"), "fie\u0301");
  EXPECT_EQ(normalize(R"({"type":"Lowercase"})", "AÉİΣ"), "aéi\u0307σ");
  EXPECT_EQ(normalize(R"({"type":"StripAccents"})", "e\u0301"), "e");
  EXPECT_EQ(normalize(R"({"type":"Strip","strip_left":true,"strip_right":true})", " \u3000a \n"), "a");
  EXPECT_EQ(normalize(R"({"type":"Strip","strip_left":true,"strip_right":true})", " \n"), "");
  EXPECT_EQ(normalize(R"({"type":"Nmt"})", "a\x01\tb\u200b"), "a b ");
  EXPECT_EQ(normalize(R"({"type":"Prepend","prepend":"▁"})", "a"), "▁a");
  EXPECT_EQ(normalize(R"({"type":"Prepend","prepend":"▁"})", ""), "");
  EXPECT_EQ(normalize(R"({"type":"ByteLevel"})", " é\n"), "ĠÃ©Ċ");
  EXPECT_EQ(normalize(R"({"type":"Replace","pattern":{"String":" "},"content":"__"})", "a b"), "a__b");
  EXPECT_EQ(normalize(R"({"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "})", "a    b"), "a b");
  EXPECT_EQ(normalize(R"({"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]})", "é"), "e");
}

TEST(Normalizer, BertsDropsAndSpaces) {
  const std::string bert =
      R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true})";
  EXPECT_EQ(normalize(bert, "HÉLLO\tWorld\x01"), "hello world");
  EXPECT_EQ(normalize(bert, "a中b\u200dc\uFFFD"), "a 中 bc");
  EXPECT_EQ(normalize(bert, "\u1E9B\u0323"), "ſ");
}

// The reference's tables are older than ICU's: what came after them does not take part.
TEST(Normalizer, KeepsToTheUnicodeVersionOfTheReference) {
  EXPECT_EQ(normalize(R"({"type":"NFKC"})", "\u32FF"), "\u32FF");  // SQUARE ERA NAME REIWA, Unicode 12.1
  EXPECT_FALSE(CharTable::get().is(0x2E52, kBertPunct));           // Unicode 14
  EXPECT_TRUE(CharTable::get().is(0x1C89, kLetter));               // Unicode 16
  EXPECT_EQ(lowercase(0x1C89).first, char32_t{0x1C8A});
}

TEST(Graphemes, FollowTheRules) {
  const auto first = [](std::string_view text) { return std::string(text.substr(0, grapheme_end(text, 0))); };
  EXPECT_EQ(first("\r\nx"), "\r\n");
  EXPECT_EQ(first("\n\u0301"), "\n");
  EXPECT_EQ(first("e\u0301\u0323x"), "e\u0301\u0323");
  EXPECT_EQ(first("👩‍💻x"), "👩‍💻");
  EXPECT_EQ(first("a\u200d💻"), "a\u200d");
  EXPECT_EQ(first("🇩🇪🇫🇷"), "🇩🇪");
  EXPECT_EQ(first("\u1100\u1161\u11A8\u1100"), "\u1100\u1161\u11A8");
  EXPECT_EQ(first("\u0600a"), "\u0600a");
}

}  // namespace
}  // namespace signalbox::tokenizers
