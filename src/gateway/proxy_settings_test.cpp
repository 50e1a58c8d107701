#include "gateway/proxy_settings.h"

#include <gmock/gmock.h>

#include <map>

namespace signalbox::gateway {
namespace {

using Variables = std::map<std::string, std::string>;

ProxySettings settings(const Variables& variables) {
  return ProxySettings([variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string proxy_for(const Variables& variables, bool tls, std::string_view host, std::uint16_t port = 443) {
  const auto server = settings(variables).server_for(tls, host, port);
  return server ? server->host + ":" + std::to_string(server->port) : "direct";
}

TEST(ProxySettings, EachSchemeHasItsOwn) {
  const Variables both = {{"http_proxy", "http://a:3128"}, {"https_proxy", "http://b:8080/"}};
  EXPECT_EQ(proxy_for(both, false, "x.example"), "a:3128");
  EXPECT_EQ(proxy_for(both, true, "x.example"), "b:8080");
  EXPECT_EQ(proxy_for({{"http_proxy", "http://a:3128"}}, true, "x.example"), "direct");
  EXPECT_EQ(proxy_for({}, true, "x.example"), "direct");
}

TEST(ProxySettings, LowerCaseComesFirstAndEmptyIsNone) {
  EXPECT_EQ(proxy_for({{"HTTPS_PROXY", "b:1"}}, true, "x.example"), "b:1");
  EXPECT_EQ(proxy_for({{"HTTPS_PROXY", "b:1"}, {"https_proxy", "c"}}, true, "x.example"), "c:80");
  EXPECT_EQ(proxy_for({{"HTTPS_PROXY", "b:1"}, {"https_proxy", ""}}, true, "x.example"), "b:1");
  EXPECT_EQ(proxy_for({{"https_proxy", "[2001:db8::1]:3128"}}, true, "x.example"), "2001:db8::1:3128");
}

TEST(ProxySettings, Exemptions) {
  const Variables some = {
      {"https_proxy", "p:1"},
      {"NO_PROXY", "internal.example, .corp.example,10.0.0.0/8 ,192.168.1.7,only.example:8443,fd00::1"}};
  for (const char* host : {"internal.example", "a.internal.example", "INTERNAL.example", "corp.example",
                           "a.corp.example", "10.1.2.3", "192.168.1.7", "fd00::1"}) {
    EXPECT_EQ(proxy_for(some, true, host), "direct") << host;
  }
  for (const char* host : {"notinternal.example", "example", "11.1.2.3", "192.168.1.8", "only.example"}) {
    EXPECT_EQ(proxy_for(some, true, host), "p:1") << host;
  }
  EXPECT_EQ(proxy_for(some, true, "only.example", 8443), "direct");
  EXPECT_EQ(proxy_for({{"https_proxy", "p:1"}, {"no_proxy", "*"}}, true, "x.example"), "direct");
}

TEST(ProxySettings, LoopbackIsNeverReachedThroughAProxy) {
  for (const char* host : {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_EQ(proxy_for({{"https_proxy", "p:1"}}, true, host), "direct") << host;
  }
}

TEST(ProxySettings, CredentialsBecomeAHeaderOnly) {
  const auto server = settings({{"http_proxy", "http://user:p%40ss@a:3128"}}).server_for(false, "x.example", 80);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->host, "a");
  EXPECT_EQ(server->authorization, "Basic dXNlcjpwQHNz");
}

TEST(ProxySettings, WhatIsNoProxyIsAnErrorThatShowsNoPassword) {
  for (const char* url :
       {"https://user:secret@a:1", "http://user:secret@a:b", "http://user:secret@", "socks5://user:secret@a"}) {
    try {
      settings({{"http_proxy", url}});
      ADD_FAILURE() << url;
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("http_proxy"));
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret")));
    }
  }
}

}  // namespace
}  // namespace signalbox::gateway
