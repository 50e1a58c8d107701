#include "router/backend_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::router {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const config::Environment kEnvironment = [](const std::string& name) {
  return name == "KEY" ? std::optional<std::string>("k") : std::nullopt;
};

// scheme://host:port/path as it will be called, or the error.
std::string url_of(const BackendSpec& spec) {
  const std::expected<BackendTarget, std::string> target = backend_target(spec, kEnvironment);
  if (!target) return "error: " + target.error();
  return (target->tls ? "https://" : "http://") + target->host + ":" + std::to_string(target->port) + target->path;
}

std::string of_endpoint(std::string endpoint) {
  BackendSpec spec;
  spec.endpoint = std::move(endpoint);
  return url_of(spec);
}

std::string of_base(std::string base_url) {
  BackendSpec spec;
  spec.base_url = std::move(base_url);
  return url_of(spec);
}

TEST(BackendTarget, Endpoints) {
  EXPECT_EQ(of_endpoint("127.0.0.1:8000"), "http://127.0.0.1:8000/v1/chat/completions");
  EXPECT_EQ(of_endpoint("backend"), "http://backend:80/v1/chat/completions");
  EXPECT_EQ(of_endpoint("https://api.example.com"), "https://api.example.com:443/v1/chat/completions");
  EXPECT_EQ(of_endpoint("http://a:1/openai/v1/"), "http://a:1/openai/v1/chat/completions");
  EXPECT_EQ(of_endpoint("[::1]:8000"), "http://::1:8000/v1/chat/completions");
  EXPECT_EQ(of_endpoint("[2001:db8::1]"), "http://2001:db8::1:80/v1/chat/completions");
}

TEST(BackendTarget, TheProtocolDecidesWhereNoSchemeDoes) {
  BackendSpec spec;
  spec.endpoint = "api.example.com";
  spec.protocol = "https";
  EXPECT_EQ(url_of(spec), "https://api.example.com:443/v1/chat/completions");
  spec.endpoint = "http://api.example.com";
  EXPECT_EQ(url_of(spec), "http://api.example.com:80/v1/chat/completions");
}

TEST(BackendTarget, BaseUrlsTakeNoV1OfOurOwn) {
  EXPECT_EQ(of_base("https://api.example.com/v1/"), "https://api.example.com:443/v1/chat/completions");
  EXPECT_EQ(of_base("https://api.example.com"), "https://api.example.com:443/chat/completions");
}

TEST(BackendTarget, PathAndVersion) {
  BackendSpec spec;
  spec.base_url = "https://api.example.com/openai";
  spec.chat_path = "/deployments/x/chat/completions";
  spec.api_version = "2024-10-21";
  EXPECT_EQ(url_of(spec), "https://api.example.com:443/openai/deployments/x/chat/completions?api-version=2024-10-21");
  spec.chat_path = "chat";
  EXPECT_EQ(url_of(spec), "https://api.example.com:443/openai/chat?api-version=2024-10-21");
}

TEST(BackendTarget, RefusesWhatCannotBeCalled) {
  for (const std::string bad : {"127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:80a", "ftp://a", "http://",
                                ":80", "https://u:p@a", "[::1:80", "[::1]80", "::1", "a b", "a?x=1", "a#b"}) {
    EXPECT_THAT(of_endpoint(bad), testing::StartsWith("error: ")) << bad;
  }
}

std::vector<std::pair<std::string, std::string>> headers_of(const BackendSpec& spec) {
  return backend_target(spec, kEnvironment)->headers;
}

TEST(BackendTarget, Credentials) {
  BackendSpec spec;
  spec.endpoint = "a:1";
  EXPECT_THAT(headers_of(spec), IsEmpty());
  spec.api_key_env = "KEY";
  EXPECT_THAT(headers_of(spec), ElementsAre(Pair("Authorization", "Bearer k")));
  spec.api_key = "inline";
  EXPECT_THAT(headers_of(spec), ElementsAre(Pair("Authorization", "Bearer inline")));
  spec.auth_header = "api-key";
  EXPECT_THAT(headers_of(spec), ElementsAre(Pair("api-key", "inline")));
  spec.auth_prefix = "Token";
  spec.extra_headers = {{"x-team", "core"}};
  EXPECT_THAT(headers_of(spec), ElementsAre(Pair("x-team", "core"), Pair("api-key", "Token inline")));
}

TEST(BackendTarget, AMissingKeyIsNamed) {
  BackendSpec spec;
  spec.endpoint = "a:1";
  spec.api_key_env = "NOT_SET";
  EXPECT_EQ(backend_target(spec, kEnvironment)->missing_key_env, "NOT_SET");
  EXPECT_THAT(headers_of(spec), IsEmpty());
}

}  // namespace
}  // namespace signalbox::router
