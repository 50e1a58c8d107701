// Public addresses, and every kind that only a machine's own surroundings have.
#include "router/public_address.h"

#include <gtest/gtest.h>

namespace signalbox::router {
namespace {

TEST(PublicAddress, TheInternetIs) {
  for (const char* address : {"1.1.1.1",
                              "8.8.8.8",
                              "93.184.215.14",
                              "9.255.255.255",
                              "11.0.0.0",
                              "100.63.255.255",
                              "100.128.0.0",
                              "126.255.255.255",
                              "128.0.0.0",
                              "169.253.255.255",
                              "169.255.0.0",
                              "172.15.255.255",
                              "172.32.0.0",
                              "192.0.1.0",
                              "192.0.3.0",
                              "192.167.255.255",
                              "192.169.0.0",
                              "198.17.255.255",
                              "198.20.0.0",
                              "203.0.112.255",
                              "223.255.255.255",
                              "168.63.129.15",
                              "2606:4700:4700::1111",
                              "2001:4860:4860::8888",
                              "2a00::1",
                              "2001:200::1",
                              "3ffe::1",
                              "2620:4f:8001::1",
                              "::ffff:8.8.8.8",
                              "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(is_public_address(address)) << address;
  }
}

TEST(PublicAddress, SpecialIpv4IsNot) {
  for (const char* address :
       {"0.0.0.0",         "0.1.2.3",     "10.0.0.1",        "10.255.255.255", "100.64.0.0",      "100.100.100.200",
        "100.127.255.255", "127.0.0.1",   "127.255.255.255", "169.254.0.1",    "169.254.169.254", "172.16.0.1",
        "172.31.255.255",  "192.0.0.192", "192.0.2.1",       "192.31.196.1",   "192.88.99.1",     "192.168.0.1",
        "192.175.48.1",    "198.18.0.1",  "198.19.255.255",  "198.51.100.7",   "203.0.113.7",     "224.0.0.1",
        "239.255.255.255", "240.0.0.1",   "255.255.255.255", "168.63.129.16"}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
}

TEST(PublicAddress, SpecialIpv6IsNot) {
  for (const char* address : {"::",
                              "::1",
                              "::127.0.0.1",
                              "::8.8.8.8",
                              "100::1",
                              "fe80::1",
                              "febf::1",
                              "fec0::1",
                              "fc00::1",
                              "fd00:ec2::254",
                              "fdff::1",
                              "ff02::1",
                              "ff0e::1",
                              "2001::1",
                              "2001:0:4136:e378::1",
                              "2001:2::1",
                              "2001:10::1",
                              "2001:20::1",
                              "2001:1ff::1",
                              "2001:db8::1",
                              "2002:7f00:1::",
                              "2002:808:808::1",
                              "3fff::1",
                              "3fff:fff::1",
                              "2620:4f:8000::1",
                              "5f00::1",
                              "4000::1",
                              "64:ff9b:1::1",
                              "1::1"}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
}

TEST(PublicAddress, Ipv4InsideIpv6IsJudgedAsItself) {
  for (const char* address :
       {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254", "64:ff9b::a00:1", "64:ff9b::1:8.8.8.8", "::fffe:8.8.8.8", "::1:ffff:8.8.8.8"}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
}

TEST(PublicAddress, WhatIsNoAddressIsNot) {
  for (const char* text :
       {"", "localhost", "1.1.1", "1.1.1.1/32", "fe80::1%eth0", "2606:4700::1%1", "0x7f.0.0.1", "[::1]", " 1.1.1.1"}) {
    EXPECT_FALSE(is_public_address(text)) << text;
  }
}

}  // namespace
}  // namespace signalbox::router
