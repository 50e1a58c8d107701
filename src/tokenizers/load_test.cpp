// What a file must not be: every fault is found at load and named by its place.
#include <gtest/gtest.h>

#include "tokenizers/test_support.h"

namespace signalbox::tokenizers {
namespace {

struct Fault {
  std::string_view file;
  std::string_view from;
  std::string_view to;
  std::string_view path;
};

constexpr Fault kFaults[] = {
    {kBertFile, R"("version":"1.0")", R"("version":"2.0")", "version"},
    {kBertFile, R"("version":"1.0")", R"("novelty":1)", "novelty"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Klingon"})", "pre_tokenizer.type"},
    {kBertFile, R"("BertPreTokenizer"})", R"("BertPreTokenizer","mode":1})", "pre_tokenizer.mode"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Sequence","pretokenizers":[{"type":"Digits"}]})",
     "pre_tokenizer.pretokenizers[0].individual_digits"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Split","pattern":{"Regex":"(a"},"behavior":"Isolated","invert":false})",
     "pre_tokenizer.pattern.Regex"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Split","pattern":{"Regex":"\\X"},"behavior":"Isolated","invert":false})",
     "pre_tokenizer.pattern.Regex"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Split","pattern":{"String":"a"},"behavior":"Shaken","invert":false})",
     "pre_tokenizer.behavior"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Split","pattern":{"String":""},"behavior":"Isolated","invert":false})",
     "pre_tokenizer.pattern.String"},
    {kBertFile, R"("BertPreTokenizer"})", R"("Metaspace","replacement":"__"})", "pre_tokenizer.replacement"},
    {kBertFile, R"("clean_text":true)", R"("clean_text":1)", "normalizer.clean_text"},
    {kBertFile, R"("type":"BertNormalizer")", R"("type":"Precompiled","precompiled_charsmap":"AAAA")",
     "normalizer.precompiled_charsmap"},
    {kBertFile, R"("type":"BertNormalizer")", R"("type":"Precompiled","precompiled_charsmap":"?")",
     "normalizer.precompiled_charsmap"},
    {kBertFile, R"("unk_token":"[UNK]")", R"("unk_token":"[WHAT]")", "model.unk_token"},
    {kBertFile, R"("type":"WordPiece","unk)", R"("type":"WordSalad","unk)", "model.type"},
    {kBertFile, R"("[PAD]":0,"[UNK]":1)", R"("[PAD]":-1,"[UNK]":1)", "model.vocab"},
    {kBertFile, R"("[PAD]":0,"[UNK]":1)", R"("[PAD]":4000000000,"[UNK]":1)", "model.vocab"},
    {kBertFile, R"("special":true},)", R"("special":"yes"},)", "added_tokens[0].special"},
    {kBertFile, R"("[SEP]","ids":[3])", R"("[SEP]","ids":["3"])", "post_processor.special_tokens.[SEP].ids[0]"},
    {kBertFile, R"({"SpecialToken":{"id":"[CLS]","type_id":0}})", R"({"SpecialToken":{"id":"[X]","type_id":0}})",
     "post_processor.single[0].SpecialToken.id"},
    {kBertFile, R"({"Sequence":{"id":"A","type_id":0}})", R"({"Sequence":{"id":"B","type_id":0}})",
     "post_processor.single[1]"},
    {kBertFile, R"("decoder":{"type":"WordPiece")", R"("decoder":{"type":"Oracle")", "decoder.type"},
    {kByteBpeFile, R"("a b","ab ab")", R"("a b","a z")", "model.merges[1]"},
    {kByteBpeFile, R"("a b","ab ab")", R"("a b","a b c")", "model.merges[1]"},
    {kByteBpeFile, R"(["Ġ","ab"])", R"(["Ġ"])", "model.merges[2]"},
    {kByteBpeFile, R"("dropout":null)", R"("dropout":0.1)", "model.dropout"},
    {kByteBpeFile, R"("unk_token":"?")", R"("unk_token":"!")", "model.unk_token"},
    {kUnigramFile, R"("unk_id":0)", R"("unk_id":99)", "model.unk_id"},
    {kUnigramFile, R"("unk_id":0,)", "", "model.unk_id"},
    {kUnigramFile, R"(["▁",-2])", R"(["▁"])", "model.vocab[1]"},
};

TEST(Load, NamesThePlaceOfEachFault) {
  for (const Fault& fault : kFaults) {
    const auto loaded = Tokenizer::from_json(with(fault.file, fault.from, fault.to));
    ASSERT_FALSE(loaded) << fault.to;
    EXPECT_EQ(loaded.error().path, fault.path) << fault.to << ": " << loaded.error().message;
    EXPECT_FALSE(loaded.error().message.empty());
  }
}

TEST(Load, BoundsTheFile) {
  EXPECT_FALSE(Tokenizer::from_json(kBertFile, {.max_file_bytes = 100, .max_tokens = 100}));
  EXPECT_FALSE(Tokenizer::from_json(kBertFile, {.max_file_bytes = 1 << 20, .max_tokens = 10}));
  EXPECT_FALSE(Tokenizer::from_json("{"));
  EXPECT_FALSE(Tokenizer::from_json("[]"));
  EXPECT_FALSE(Tokenizer::from_json("{}"));
  EXPECT_FALSE(Tokenizer::from_file("/nowhere/tokenizer.json"));
}

TEST(Load, IgnoresTruncationAndPaddingOfTheFile) {
  const Tokenizer tokenizer =
      load(with(kBertFile, R"("truncation":null,"padding":null)",
                R"("truncation":{"direction":"Right","max_length":3,"strategy":"LongestFirst","stride":0},
      "padding":{"strategy":{"Fixed":9},"direction":"Right","pad_to_multiple_of":null,"pad_id":7,"pad_type_id":0,"pad_token":"[PAD]"})"));
  Scratch scratch;
  Encoding out;
  tokenizer.encode("a a a a", {}, scratch, out);
  EXPECT_EQ(out.size(), 6u);
  EXPECT_EQ(tokenizer.pad_id(), 7u);
}

}  // namespace
}  // namespace signalbox::tokenizers
