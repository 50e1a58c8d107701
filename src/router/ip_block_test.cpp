#include "router/ip_block.h"

#include <gtest/gtest.h>

namespace signalbox::router {
namespace {

bool holds(std::string_view block, std::string_view address) {
  const std::optional<IpBlock> parsed = IpBlock::parse(block);
  EXPECT_TRUE(parsed) << block;
  return parsed && parsed->contains(address);
}

TEST(IpBlock, HoldsAddressesOfItsPrefix) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("192.168.1.128/25", "192.168.1.129"));
  EXPECT_FALSE(holds("192.168.1.128/25", "192.168.1.127"));
  EXPECT_TRUE(holds("192.168.1.7", "192.168.1.7"));
  EXPECT_FALSE(holds("192.168.1.7", "192.168.1.8"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("::1", "::1"));
}

TEST(IpBlock, BitsBelowThePrefixDoNotMatter) {
  EXPECT_TRUE(holds("10.1.2.3/8", "10.9.9.9"));
}

TEST(IpBlock, MappedAddressesAreIpv4) {
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_TRUE(holds("::ffff:10.1.2.3", "10.1.2.3"));
  EXPECT_FALSE(holds("10.0.0.0/8", "::10.1.2.3"));
}

TEST(IpBlock, EverythingOfAFamily) {
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("::/0", "203.0.113.9"));
}

TEST(IpBlock, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "::1/129",
                                      "10.0.0", "gateway.internal", "10.0.0.0 /8", "[::1]", "fe80::1%eth0"}) {
    EXPECT_FALSE(IpBlock::parse(text)) << text;
  }
}

TEST(IpBlock, HoldsNothingThatIsNoAddress) {
  EXPECT_FALSE(holds("0.0.0.0/0", ""));
  EXPECT_FALSE(holds("::/0", "localhost"));
}

}  // namespace
}  // namespace signalbox::router
