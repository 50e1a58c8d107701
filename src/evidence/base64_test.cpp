#include "evidence/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::evidence {
namespace {

constexpr std::size_t kPlenty = 1000;

std::string encode(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = (bits << 8) | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kAlphabet[(bits >> (18 - 6 * k)) & 63] : '=';
  }
  return out;
}

TEST(Base64, TheStandardsVectors) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"Zg==", "f"},
                                                                   {"Zm8=", "fo"},
                                                                   {"Zm9v", "foo"},
                                                                   {"Zm9vYg==", "foob"},
                                                                   {"Zm9vYmE=", "fooba"},
                                                                   {"Zm9vYmFy", "foobar"}};
  for (const auto& [text, bytes] : vectors) EXPECT_EQ(decode_base64(text, kPlenty), std::string(bytes));
}

TEST(Base64, EveryByteAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64(encode(bytes), kPlenty), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, WhatLenientDecodersAcceptIsRefused) {
  for (std::string_view bad :
       {"Zg", "Zg=", "Zg===", "Z", "====", "=", "Zg==Zg==", "Z===", "Zm9v\n", "Zm 9v", "Zm9v====", "Zm9-", "Zm9_",
        "Zh==", "Zm9=", "Z=g=", "Zm9vY=E=", "Zm9v!mFy", "\xC3\xA9\xC3\xA9"}) {
    const std::expected<std::string, Base64Error> decoded = decode_base64(bad, kPlenty);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().kind, Base64Error::Kind::malformed);
  }
  EXPECT_EQ(decode_base64("Zm9v!mFy", kPlenty).error().offset, 4u);
}

TEST(Base64, TheBoundIsOnTheDecodedSize) {
  EXPECT_EQ(decode_base64("Zm9vYg==", 4), "foob");
  EXPECT_EQ(decode_base64("Zm9vYg==", 3).error().kind, Base64Error::Kind::too_large);
}

}  // namespace
}  // namespace signalbox::evidence
