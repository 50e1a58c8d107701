#include "api/access.h"

#include <gtest/gtest.h>

#include "api/management_fixture.h"

namespace signalbox::api {
namespace {

gateway::HttpRequest asking(std::string method, std::string host) {
  gateway::HttpRequest request;
  request.method = std::move(method);
  request.headers.add("Host", std::move(host));
  return request;
}

TEST(Access, LoopbackAndTheBoundAddressAreServed) {
  for (const std::string host :
       {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]", "10.0.0.7:9000"}) {
    EXPECT_EQ(check_access(asking("GET", host), "10.0.0.7"), Access::granted) << host;
  }
}

TEST(Access, OtherHostsAreRefused) {
  for (const std::string host : {"attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example", "",
                                 ":8080", "10.0.0.8", "[::1", "[::1]x", "[]", "127.0.0.1/8", "0.0.0.0"}) {
    EXPECT_EQ(check_access(asking("GET", host), "10.0.0.7"), Access::foreign_host) << host;
  }
  EXPECT_EQ(check_access(gateway::HttpRequest(), "127.0.0.1"), Access::foreign_host) << "no Host at all";
  gateway::HttpRequest two = asking("GET", "localhost");
  two.headers.add("Host", "attacker.example");
  EXPECT_EQ(check_access(two, "127.0.0.1"), Access::foreign_host);
}

TEST(Access, AWildcardServesAddressesButNoNames) {
  EXPECT_EQ(check_access(asking("GET", "10.1.2.3:8080"), "0.0.0.0"), Access::granted);
  EXPECT_EQ(check_access(asking("GET", "[fe80::1]:8080"), "::"), Access::granted);
  EXPECT_EQ(check_access(asking("GET", "attacker.example"), "0.0.0.0"), Access::foreign_host);
}

Access posting_from(std::string origin) {
  gateway::HttpRequest request = asking("POST", "localhost:8080");
  request.headers.add("Origin", std::move(origin));
  return check_access(request, "127.0.0.1");
}

TEST(Access, PostsFromOtherOriginsAreRefused) {
  EXPECT_EQ(posting_from("http://localhost:8080"), Access::granted);
  EXPECT_EQ(posting_from("https://LOCALHOST:8080"), Access::granted);
  for (const char* origin : {"http://attacker.example", "http://localhost:3000", "http://localhost", "null", "",
                             "localhost:8080", "http://localhost:8080.attacker.example", "http://127.0.0.1:8080"}) {
    EXPECT_EQ(posting_from(origin), Access::foreign_origin) << origin;
  }
}

TEST(Access, PostsThatTheBrowserCallsCrossSiteAreRefused) {
  gateway::HttpRequest request = asking("POST", "localhost");
  request.headers.add("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(check_access(request, "127.0.0.1"), Access::foreign_origin);
  request.headers.set("Sec-Fetch-Site", "same-origin");
  EXPECT_EQ(check_access(request, "127.0.0.1"), Access::granted);
}

TEST_F(ManagementTest, ForeignHostGetsNothingAtAll) {
  for (const std::string path : {"/health", "/config/router", "/", "/nothing"}) {
    gateway::HttpRequest asked = request("GET", path);
    asked.headers.set("Host", "attacker.example");
    const gateway::HttpResponse response = send(asked);
    EXPECT_EQ(response.status, 403) << path;
    EXPECT_EQ(json(response)["error"]["code"], "FORBIDDEN") << path;
  }
}

TEST_F(ManagementTest, ForeignOriginMayReadNothingAndPostNothing) {
  gateway::HttpRequest asked = request("POST", "/api/v1/eval", R"({"text":"x"})");
  asked.headers.add("Origin", "http://attacker.example");
  const gateway::HttpResponse response = send(asked);
  EXPECT_EQ(response.status, 403);
  EXPECT_FALSE(response.headers.contains("Access-Control-Allow-Origin"));
  asked.method = "OPTIONS";  // a preflight
  EXPECT_FALSE(send(asked).headers.contains("Access-Control-Allow-Origin"));
}

TEST(Access, NamesOfTheConfigurationAreServed) {
  gateway::HttpRequest request;
  request.method = "PUT";
  request.headers.add("Host", "Router.Example.org:443");
  EXPECT_EQ(check_access(request, "127.0.0.1"), Access::foreign_host);
  EXPECT_EQ(check_access(request, "127.0.0.1", {"other", "router.example.org"}), Access::granted);
  request.headers.add("Origin", "https://evil.example.org");
  EXPECT_EQ(check_access(request, "127.0.0.1", {"router.example.org"}), Access::foreign_origin);
}

}  // namespace
}  // namespace signalbox::api
