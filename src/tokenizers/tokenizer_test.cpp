#include "tokenizers/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "tokenizers/test_support.h"

namespace {
std::atomic<std::size_t> allocations{0};
}

// Counts what the code under test allocates; all memory of this test binary passes here. Sanitizers bring their own.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define SIGNALBOX_COUNTS_ALLOCATIONS 1
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

namespace signalbox::tokenizers {
namespace {

using testing::ElementsAre;
using Ids = std::vector<std::uint32_t>;

Encoding encode(const Tokenizer& tokenizer, std::string_view text, const EncodeOptions& options = {}) {
  Scratch scratch;
  Encoding out;
  tokenizer.encode(text, options, scratch, out);
  return out;
}

TEST(Tokenizer, PutsSpecialTokensAroundWordPieces) {
  const Encoding got = encode(load(kBertFile), "Unaffable CAFÉ!");
  EXPECT_EQ(got.ids, (Ids{2, 4, 5, 6, 7, 8, 3}));
  EXPECT_THAT(got.offsets, ElementsAre(Span{}, Span{0, 2}, Span{2, 5}, Span{5, 9}, Span{10, 15}, Span{15, 16}, Span{}));
  EXPECT_THAT(got.special_mask, ElementsAre(1, 0, 0, 0, 0, 0, 1));
}

TEST(Tokenizer, OffsetsAreThoseOfBrokenBytes) {
  const Encoding got = encode(load(kBertFile), "a\xFF\xE2\x82 b\xF0\x9F", {.add_special_tokens = false});
  EXPECT_EQ(got.ids, (Ids{10, 12}));  // U+FFFD is dropped by this normalizer
  EXPECT_THAT(got.offsets, ElementsAre(Span{0, 1}, Span{5, 6}));
}

TEST(Tokenizer, AddedTokensAreWholeWordsWhereAsked) {
  const Tokenizer tokenizer = load(kBertFile);
  EXPECT_EQ(encode(tokenizer, "a New York b", {.add_special_tokens = false}).ids, (Ids{10, 13, 12}));
  EXPECT_EQ(encode(tokenizer, "a New Yorkb", {.add_special_tokens = false}).ids, (Ids{10, 1, 1}));
  EXPECT_EQ(encode(tokenizer, "a[SEP]b", {.add_special_tokens = false}).ids, (Ids{10, 3, 12}));
}

TEST(Tokenizer, TruncatesOnlyWhenAsked) {
  const Tokenizer tokenizer = load(kBertFile);
  const Encoding whole = encode(tokenizer, "a a a a a a");
  EXPECT_EQ(whole.size(), 8u);
  EXPECT_FALSE(whole.truncated);
  const Encoding cut = encode(tokenizer, "a a a a a a", {.max_length = 5});
  EXPECT_EQ(cut.ids, (Ids{2, 10, 10, 10, 3}));
  EXPECT_TRUE(cut.truncated);
  EXPECT_FALSE(encode(tokenizer, "a a a", {.max_length = 5}).truncated);
  EXPECT_EQ(encode(tokenizer, "a a a", {.max_length = 1}).ids, (Ids{2, 3}));
  EXPECT_EQ(encode(tokenizer, "a a a", {.add_special_tokens = false, .max_length = 2}).ids, (Ids{10, 10}));
}

TEST(Tokenizer, CutsTheLongerOfAPairFirst) {
  const Tokenizer tokenizer = load(kBertFile);
  Scratch scratch;
  Encoding got;
  tokenizer.encode_pair("a", "b b b b b", {.max_length = 7}, scratch, got);
  EXPECT_EQ(got.ids, (Ids{2, 10, 3, 12, 12, 12, 3}));
  EXPECT_THAT(got.type_ids, ElementsAre(0, 0, 0, 1, 1, 1, 1));
  EXPECT_TRUE(got.truncated);
  tokenizer.encode_pair("a a a a", "b b b b b", {.max_length = 8}, scratch, got);
  EXPECT_EQ(got.ids, (Ids{2, 10, 10, 3, 12, 12, 12, 3}));
}

TEST(Tokenizer, WrapsWindowsOfALongText) {
  const Tokenizer tokenizer = load(kBertFile);
  const Encoding whole = encode(tokenizer, "a b a b", {.add_special_tokens = false});
  EXPECT_EQ(tokenizer.special_tokens_added(), 2u);
  EXPECT_EQ(tokenizer.special_tokens_added(true), 3u);
  Ids ids;
  tokenizer.wrap(std::span(whole.ids).subspan(1, 2), ids);
  EXPECT_EQ(ids, (Ids{2, 12, 10, 3}));
  Encoding window;
  tokenizer.wrap(whole, 1, 3, window);
  EXPECT_EQ(window.ids, ids);
  EXPECT_THAT(window.offsets, ElementsAre(Span{}, Span{2, 3}, Span{4, 5}, Span{}));
}

TEST(Tokenizer, KnowsItsVocabulary) {
  const Tokenizer tokenizer = load(kBertFile);
  EXPECT_EQ(tokenizer.vocab_size(), 14u);
  EXPECT_EQ(tokenizer.token_to_id("##able"), 6u);
  EXPECT_EQ(tokenizer.token_to_id("new york"), 13u);
  EXPECT_EQ(tokenizer.id_to_token(13), "new york");
  EXPECT_EQ(tokenizer.id_to_token(5), "##aff");
  EXPECT_FALSE(tokenizer.id_to_token(14));
  EXPECT_THAT(tokenizer.special_ids(), ElementsAre(0, 2, 3));
  EXPECT_TRUE(tokenizer.is_special(3));
  EXPECT_FALSE(tokenizer.is_special(13));
  EXPECT_EQ(tokenizer.pad_id(), 0u);
}

TEST(Tokenizer, CountsWithoutSpecialTokens) {
  Scratch scratch;
  EXPECT_EQ(load(kBertFile).count("unaffable!", scratch), 4u);
  EXPECT_EQ(load(kBertFile).count("", scratch), 0u);
}

TEST(Tokenizer, ByteLevelOffsetsCoverWholeCharactersAndNoSpaces) {
  const Encoding got = encode(load(kByteBpeFile), "ab ab\xC3\xA9");
  EXPECT_EQ(got.ids, (Ids{4, 6, 7, 8}));
  EXPECT_THAT(got.offsets, ElementsAre(Span{0, 2}, Span{3, 5}, Span{5, 7}, Span{5, 7}));
}

TEST(Tokenizer, UnigramTakesTheBestSum) {
  const Encoding got = encode(load(kUnigramFile), "ab ba zz");
  EXPECT_EQ(got.ids, (Ids{4, 1, 6, 1, 0}));
  EXPECT_THAT(got.offsets, ElementsAre(Span{0, 2}, Span{2, 3}, Span{3, 5}, Span{5, 6}, Span{6, 8}));
}

// A word longer than the array of pairs goes through the heap; both must merge alike.
TEST(Tokenizer, LongWordsMergeAsShortOnesDo) {
  const Tokenizer tokenizer = load(kByteBpeFile);
  const Encoding four = encode(tokenizer, "aaaa");
  EXPECT_EQ(four.ids, Ids{10});
  for (const std::size_t length : {41u, 400u, 4001u}) {
    const Encoding got = encode(tokenizer, std::string(length, 'a'));
    Ids want(length / 4, 10);
    if (length % 4 == 1) want.push_back(1);
    EXPECT_EQ(got.ids, want) << length;
  }
}

TEST(Tokenizer, HostileTextIsFinished) {
  const std::vector<std::string_view> units = {"a",  " ", "ab",    "\xCC\x81", "\xF0\x9F\x98\x80",
                                               "\n", "'", "[SEP]", "\xFF",     "x\xCC\x81"};
  for (const std::string_view file : {kBertFile, kByteBpeFile, kUnigramFile}) {
    const Tokenizer tokenizer = load(file);
    Scratch scratch;
    Encoding out;
    for (const std::string_view unit : units) {
      std::string text;
      while (text.size() < 300'000) text += unit;
      tokenizer.encode(text, {}, scratch, out);
      for (const Span span : out.offsets) ASSERT_LE(span.end, text.size());
    }
  }
}

TEST(Tokenizer, AllocatesNothingOnceWarm) {
#ifndef SIGNALBOX_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "a sanitizer owns operator new";
#endif
  const std::string text =
      "Unaffable CAFÉ! 中文 a\xCC\x81 [SEP] new york ab abab\xFF and something longer than the cache of words takes";
  for (const std::string_view file : {kBertFile, kByteBpeFile, kUnigramFile}) {
    const Tokenizer tokenizer = load(file);
    Scratch scratch;
    Encoding out;
    for (int i = 0; i < 3; ++i) tokenizer.encode(text, {}, scratch, out);
    const std::size_t before = allocations;
    tokenizer.encode(text, {}, scratch, out);
    EXPECT_EQ(allocations - before, 0u);
  }
}

TEST(Tokenizer, OneScratchServesManyTokenizersAndThreads) {
  const Tokenizer bert = load(kBertFile);
  const Tokenizer bytes = load(kByteBpeFile);
  Scratch scratch;
  Encoding out;
  bert.encode("a b", {}, scratch, out);
  bytes.encode("a b", {}, scratch, out);
  EXPECT_EQ(out.ids, (Ids{1, 3, 2}));  // not what the cache holds of the other one
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) wrong += encode(bert, "unaffable a").ids != Ids{2, 4, 5, 6, 10, 3};
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace signalbox::tokenizers
