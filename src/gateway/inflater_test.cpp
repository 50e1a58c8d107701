#include "gateway/inflater.h"

#include <gtest/gtest.h>

#include "gateway/test_deflate.h"

namespace signalbox::gateway {
namespace {

using Coding = Inflater::Coding;
using Result = Inflater::Result;
using testing::deflated;
using testing::gzipped;

Result unpack(std::string_view in, Coding coding, std::size_t limit, std::string& out, std::size_t slice = SIZE_MAX) {
  Inflater inflater(coding, limit);
  for (std::size_t at = 0; at < in.size();) {
    const std::size_t n = std::min(slice, in.size() - at);
    if (const Result result = inflater.feed(in.substr(at, n), out); result != Result::good) return result;
    at += n;
  }
  return inflater.done() ? Result::good : Result::malformed;
}

TEST(Inflater, UnpacksHoweverItIsSliced) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919);
  for (const std::size_t slice : {std::size_t{1}, std::size_t{1000}, SIZE_MAX}) {
    std::string out;
    EXPECT_EQ(unpack(gzipped(text), Coding::gzip, 1 << 20, out, slice), Result::good);
    EXPECT_EQ(out, text);
  }
  std::string out;
  EXPECT_EQ(unpack(deflated(text), Coding::deflate, 1 << 20, out), Result::good);
  EXPECT_EQ(out, text);
}

TEST(Inflater, StopsAtTheLimitAndKeepsNoMore) {
  std::string out;
  EXPECT_EQ(unpack(gzipped(std::string(100'001, 'a')), Coding::gzip, 100'000, out), Result::too_large);
  EXPECT_LE(out.size(), 100'000u);
  out.clear();
  EXPECT_EQ(unpack(gzipped(std::string(100'000, 'a')), Coding::gzip, 100'000, out), Result::good);
}

TEST(Inflater, BombEndsEarlyWhateverTheLimitIs) {
  std::string out;
  EXPECT_EQ(unpack(gzipped(std::string(30u << 20, 'a')), Coding::gzip, 1u << 30, out), Result::too_large);
  EXPECT_LE(out.size(), 2u << 20);
}

TEST(Inflater, RefusesDamageTruncationAndWhatFollows) {
  const std::string good = gzipped("hello, hello, hello");
  std::string out;
  EXPECT_EQ(unpack(good + "x", Coding::gzip, 1000, out), Result::malformed);
  EXPECT_EQ(unpack(good + good, Coding::gzip, 1000, out), Result::malformed);  // two members are one body to some
  EXPECT_EQ(unpack(good.substr(0, good.size() - 1), Coding::gzip, 1000, out), Result::malformed);
  EXPECT_EQ(unpack("plain text", Coding::gzip, 1000, out), Result::malformed);
  EXPECT_EQ(unpack(deflated("x"), Coding::gzip, 1000, out), Result::malformed);
  std::string damaged = good;
  damaged[good.size() - 6] ^= 1;  // the checksum
  EXPECT_EQ(unpack(damaged, Coding::gzip, 1000, out), Result::malformed);
}

}  // namespace
}  // namespace signalbox::gateway
