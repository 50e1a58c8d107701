#include "vision/payload.h"

#include <gtest/gtest.h>

#include "vision/test_pictures.h"

namespace signalbox::vision {
namespace {

std::string text_of(std::string_view base64) {
  const auto bytes = decode_payload(base64, Limits{});
  return bytes ? std::string(bytes->begin(), bytes->end()) : "(" + std::string(to_string(bytes.error().fault)) + ")";
}

TEST(Payload, RfcVectors) {
  EXPECT_EQ(text_of("Zg=="), "f");
  EXPECT_EQ(text_of("Zm8="), "fo");
  EXPECT_EQ(text_of("Zm9v"), "foo");
  EXPECT_EQ(text_of("Zm9vYmFy"), "foobar");
}

TEST(Payload, RoundTrip) {
  const auto bytes = example("receipt.png");
  const auto decoded = decode_payload(to_base64(bytes), Limits{});
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, bytes);
}

TEST(Payload, SloppinessIsRefused) {
  for (const char* bad : {"", "Zg", "Zg=", "Zg===", "Z===", "====", "Zm9v\n", "Zm 9v", "Zm9_",
                          "Zh==", "Zm9=", "Zg==Zg==", "=Zg=", "Zm9v===="})
    EXPECT_EQ(text_of(bad), "(bad_base64)") << bad;
}

TEST(Payload, SizeIsCheckedFirst) {
  const Limits limits{.bytes = 3};
  EXPECT_TRUE(decode_payload("Zm9v", limits).has_value());
  const auto over = decode_payload("!!!!!!!!", limits);
  ASSERT_FALSE(over.has_value());
  EXPECT_EQ(over.error().fault, DecodeFault::too_large);
}

}  // namespace
}  // namespace signalbox::vision
