// URLs that mean the same server, and those that only look as if.
#include "auth/web_url.h"

#include <gtest/gtest.h>

namespace signalbox::auth {
namespace {

// "origin target", or "-".
std::string read(std::string_view text) {
  const std::expected<WebUrl, std::string> url = parse_web_url(text);
  return url ? url->origin() + " " + url->target : "-";
}

TEST(WebUrl, SpellingsOfOneServerAreTheSame) {
  const WebUrl plain = *parse_web_url("https://images.example.com");
  for (const char* same :
       {"https://images.example.com/", "HTTPS://Images.EXAMPLE.com/a", "https://images.example.com:443?q",
        "https://images.example.com./a", "https://images.example.com:0443/"}) {
    ASSERT_TRUE(parse_web_url(same).has_value()) << same;
    EXPECT_TRUE(plain.same_origin(*parse_web_url(same))) << same;
  }
  for (const char* other : {"http://images.example.com", "https://images.example.com:8443", "https://example.com",
                            "https://images.example.com.evil.test", "http://images.example.com:443"}) {
    ASSERT_TRUE(parse_web_url(other).has_value()) << other;
    EXPECT_FALSE(plain.same_origin(*parse_web_url(other))) << other;
  }
}

TEST(WebUrl, PathAndQueryStayAsTheyAre) {
  EXPECT_EQ(read("https://a.test/x%2Fy/../z%41?sig=a%20b&C=@:"), "https://a.test /x%2Fy/../z%41?sig=a%20b&C=@:");
  EXPECT_EQ(read("https://a.test?x=1"), "https://a.test /?x=1");
  EXPECT_EQ(read("http://a.test:8080"), "http://a.test:8080 /");
  EXPECT_EQ(read("http://a.test:80/@user"), "http://a.test /@user");
}

TEST(WebUrl, AddressesAreWrittenInOneWay) {
  EXPECT_EQ(read("https://[2001:DB8:0:0::1]/"), "https://[2001:db8::1] /");
  EXPECT_EQ(read("http://[::FFFF:127.0.0.1]:81/"), "http://[::ffff:127.0.0.1]:81 /");
  EXPECT_EQ(read("http://127.0.0.1./"), "http://127.0.0.1 /");
  EXPECT_TRUE(parse_web_url("http://[::1]")->is_numeric());
  EXPECT_TRUE(parse_web_url("http://10.0.0.1")->is_numeric());
  EXPECT_FALSE(parse_web_url("http://10.0.0.1.example.com")->is_numeric());
}

TEST(WebUrl, UsersAndWhatHidesAHostAreRefused) {
  for (const char* bad : {
           "https://user@images.example.com/",
           "https://images.example.com:pw@evil.test/",
           "https://images.example.com%40evil.test/",
           "https://images.example.com\\@evil.test/",
           "https://images.example.com\\.evil.test/",
           "https://images.example.com#@evil.test/",
           "https://images.example.com/a#b",
           "https://images.example.com\t/",
           " https://images.example.com/",
           "https://images.example.com/a b",
           "https://images.example.com/\n",
           "https://im\xc3\xa4ges.example.com/",
           "https://images.example.com/\xc3\xa4",
           "https://images%2eexample.com/",
       }) {
    EXPECT_EQ(read(bad), "-") << bad;
  }
}

TEST(WebUrl, HostsAndPortsThatAreNoneAreRefused) {
  for (const char* bad : {"https://",
                          "https:///a",
                          "https://.",
                          "https://a..b",
                          "https://.a",
                          "https://a..",
                          "https://:443",
                          "https://a:",
                          "https://a:0",
                          "https://a:65536",
                          "https://a:44x",
                          "https://a:-1",
                          "https://[::1",
                          "https://[]",
                          "https://[::1]x",
                          "https://[::1]:",
                          "https://[fe80::1%25eth0]/",
                          "https://[127.0.0.1]/",
                          "https://::1/",
                          "https://2130706433/",
                          "https://0x7f000001/",
                          "https://0x7f.1/",
                          "https://127.1/",
                          "https://0177.0.0.01/",
                          "https://1.2.3.4.5/",
                          "https://256.1.1.1/",
                          "ftp://a/",
                          "data:image/png;base64,AA==",
                          "//a/b",
                          "a.test/b",
                          ""}) {
    EXPECT_EQ(read(bad), "-") << bad;
  }
  EXPECT_EQ(read("https://" + std::string(64, 'a') + ".test"), "-");
  std::string deep;
  for (int i = 0; i < 130; ++i) deep += "a.";
  EXPECT_EQ(read("https://" + deep + "test"), "-");
}

TEST(WebUrl, HttpsAloneSaysSo) {
  EXPECT_TRUE(parse_https_url("https://a.test/keys").has_value());
  EXPECT_EQ(parse_https_url("http://a.test/keys").error(), "the URL must begin with https://");
  EXPECT_EQ(parse_https_url("a.test").error(), "the URL must begin with https://");
  EXPECT_EQ(parse_https_url("https://u@a.test").error(), "a URL may not hold a user or password");
}

}  // namespace
}  // namespace signalbox::auth
