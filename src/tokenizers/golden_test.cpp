// Every kind of pipeline against what the reference made of hard lines (tests/golden/tokenizers, by parity/tokenizers).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tokenizers/json.h"
#include "tokenizers/tokenizer.h"

namespace signalbox::tokenizers {
namespace {

const std::filesystem::path kGoldens = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tokenizers";

struct Record {
  std::vector<std::string> texts;
  Encoding tokens;
};

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    out += static_cast<char>(static_cast<unsigned char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

Record read_record(const JsonValue& json) {
  Record record;
  JsonObject object = json.object();
  object.at("texts").each([&](const JsonValue& text) { record.texts.push_back(from_hex(text.string())); });
  object.at("tokens").each([&](const JsonValue& token) {
    std::vector<std::uint32_t> row;
    token.each([&](const JsonValue& value) { row.push_back(value.number()); });
    record.tokens.ids.push_back(row.at(0));
    record.tokens.offsets.push_back({row.at(1), row.at(2)});
    record.tokens.type_ids.push_back(row.at(3));
    record.tokens.special_mask.push_back(static_cast<std::uint8_t>(row.at(4)));
  });
  return record;
}

std::vector<Record> read_golden(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<Record> out;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(in, line);) out.push_back(read_record(JsonValue(parser.parse(line), "")));
  return out;
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(kGoldens)) {
    if (entry.path().extension() == ".golden") out.push_back(entry.path().stem().string());
  }
  return out;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, EqualsTheReference) {
  const auto tokenizer = Tokenizer::from_file(kGoldens / (GetParam() + ".json"));
  ASSERT_TRUE(tokenizer) << tokenizer.error().path << ": " << tokenizer.error().message;
  const std::vector<Record> records = read_golden(kGoldens / (GetParam() + ".golden"));
  ASSERT_GT(records.size(), 20u);
  Scratch scratch;
  Encoding got;
  // Twice: the second time with words in the cache.
  for (int round = 0; round < 2; ++round) {
    for (const Record& want : records) {
      if (want.texts.size() == 2) {
        tokenizer->encode_pair(want.texts[0], want.texts[1], {}, scratch, got);
      } else {
        tokenizer->encode(want.texts[0], {}, scratch, got);
      }
      ASSERT_EQ(got.ids, want.tokens.ids) << want.texts[0];
      ASSERT_EQ(got.offsets, want.tokens.offsets) << want.texts[0];
      ASSERT_EQ(got.type_ids, want.tokens.type_ids) << want.texts[0];
      ASSERT_EQ(got.special_mask, want.tokens.special_mask) << want.texts[0];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

TEST(Goldens, OneForEachKindOfPipeline) {
  EXPECT_GE(names().size(), 20u);
}

}  // namespace
}  // namespace signalbox::tokenizers
