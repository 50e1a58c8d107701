#include "config/values.h"

#include <gtest/gtest.h>

namespace signalbox::config {
namespace {

template <class T>
std::string parse(const std::string& text, T& value) {
  return T::custom_scalar.parse(&value, text);
}

TEST(TokenCount, ReadsSuffixes) {
  for (const auto& [text, tokens] : std::initializer_list<std::pair<const char*, std::int64_t>>{
           {"999", 999}, {"32K", 32'000}, {"32k", 32'000}, {"1M", 1'000'000}, {"1.5K", 1'500}, {"0", 0}}) {
    TokenCount count;
    EXPECT_EQ(parse(text, count), "") << text;
    EXPECT_EQ(count.tokens, tokens) << text;
  }
  for (const char* bad : {"", "K", "-1", "1.5", "12Q", "1 K", "1KK", "1e300", "999999999999999M", "nan"}) {
    TokenCount count;
    EXPECT_NE(parse(bad, count), "") << bad;
  }
}

TEST(Duration, ReadsGoForms) {
  for (const auto& [text, ns] : std::initializer_list<std::pair<const char*, std::int64_t>>{{"300s", 300'000'000'000},
                                                                                            {"1m30s", 90'000'000'000},
                                                                                            {"500ms", 500'000'000},
                                                                                            {"2h", 7'200'000'000'000},
                                                                                            {"1.5h", 5'400'000'000'000},
                                                                                            {"10us", 10'000},
                                                                                            {"10µs", 10'000},
                                                                                            {"7ns", 7},
                                                                                            {"0", 0},
                                                                                            {"0s", 0}}) {
    Duration duration;
    EXPECT_EQ(parse(text, duration), "") << text;
    EXPECT_EQ(duration.value.count(), ns) << text;
  }
  for (const char* bad : {"", "5", "1.5", "s", "5x", "-5s", "5s ", "1m30", "1..5s", "99999999h", "1e5s"}) {
    Duration duration;
    EXPECT_NE(parse(bad, duration), "") << bad;
  }
}

TEST(Values, PrintWhatTheyRead) {
  for (const char* text : {"1h30m", "500ms", "5m", "1s", "0s"}) {
    Duration duration;
    ASSERT_EQ(parse(text, duration), "");
    EXPECT_EQ(Duration::custom_scalar.print(&duration), text);
  }
  for (const char* text : {"32K", "1M", "999", "0", "1500K"}) {
    TokenCount count;
    ASSERT_EQ(parse(text, count), "");
    EXPECT_EQ(TokenCount::custom_scalar.print(&count), text);
  }
}

}  // namespace
}  // namespace signalbox::config
