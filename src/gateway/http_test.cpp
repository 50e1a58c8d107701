#include "gateway/http.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/response_text.h"

namespace signalbox::gateway {
namespace {

TEST(Headers, NamesIgnoreCaseAndMayRepeat) {
  Headers headers{{"X-A", "1"}, {"x-a", "2"}, {"B", "3"}};
  EXPECT_EQ(headers.get("X-a"), "1");
  EXPECT_EQ(headers.all("x-A"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(headers.get("c"), std::nullopt);
  headers.set("X-A", "4");
  EXPECT_EQ(headers.all("x-a"), (std::vector<std::string_view>{"4"}));
  EXPECT_EQ(headers.remove("X-A"), 1u);
  EXPECT_EQ(headers.size(), 1u);
}

TEST(Headers, HopByHopGoesWithWhatConnectionNames) {
  Headers headers{{"Connection", "close, X-One"},
                  {"connection", " x-two ,"},
                  {"X-One", "1"},
                  {"X-Two", "2"},
                  {"Keep-Alive", "5"},
                  {"TE", "trailers"},
                  {"X-Three", "3"}};
  remove_hop_by_hop(headers);
  ASSERT_EQ(headers.size(), 1u);
  EXPECT_TRUE(headers.contains("x-three"));
}

TEST(Headers, SetAllReplacesEveryOccurrence) {
  Headers headers{{"X-A", "1"}, {"B", "2"}, {"x-a", "3"}};
  headers.set_all({{"X-a", "4"}, {"C", "5"}});
  EXPECT_EQ(headers.all("x-a"), (std::vector<std::string_view>{"4"}));
  EXPECT_EQ(headers.get("b"), "2");
  EXPECT_EQ(headers.get("c"), "5");
  EXPECT_EQ(headers.size(), 3u);
}

TEST(Headers, ControlCharactersAreFoundWhereverTheyStand) {
  for (std::size_t size = 1; size <= 50; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char odd : {'\r', '\n', '\0', '\x1f', '\x7f'}) {
        std::string value(size, 'v');
        value[at] = odd;
        ASSERT_FALSE(is_valid_header("X", value)) << size << " " << at;
      }
      std::string value(size, 'v');
      value[at] = '\t';
      ASSERT_TRUE(is_valid_header("X", value)) << size << " " << at;
    }
  }
}

TEST(Headers, Validity) {
  EXPECT_TRUE(is_valid_header("X-A_b!", "any thing\twith tab \xc3\xa4"));
  EXPECT_FALSE(is_valid_header("X A", "v"));
  EXPECT_FALSE(is_valid_header("", "v"));
  EXPECT_FALSE(is_valid_header("X", "a\r\nY: b"));
  EXPECT_FALSE(is_valid_header("X", std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_valid_header("X\xc3\xa4", "v"));
}

TEST(ErrorResponse, IsOpenAiShaped) {
  auto response = error_response(429, "rate_limit_error", "slow_down", "Say \"please\".");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.body,
            R"({"error":{"message":"Say \"please\".","type":"rate_limit_error","param":null,"code":"slow_down"}})");
}

TEST(ResponseText, HeadGolden) {
  Headers headers{{"Content-Type", "a/b"}, {"Connection", "close"}, {"Transfer-Encoding", "gzip"}};
  HeadText head;
  head.status = 404;
  head.headers = &headers;
  head.framing = Framing::chunked;
  std::string date = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
  head.date = "Thu, 01 Jan 1970 00:00:00 GMT";
  EXPECT_EQ(http_date(std::chrono::system_clock::time_point{}), head.date);
  EXPECT_EQ(response_head(head),
            "HTTP/1.1 404 Not Found\r\nContent-Type: a/b\r\n" + date + "Transfer-Encoding: chunked\r\n\r\n");
}

TEST(ResponseText, RequestHeadGolden) {
  Headers headers{{"Host", "client-saw-this"},
                  {"Expect", "100-continue"},
                  {"TE", "trailers"},
                  {"Content-Length", "99"},
                  {"Authorization", "Bearer x"}};
  EXPECT_EQ(request_head("POST", "/v1", "backend:1", headers, 2),
            "POST /v1 HTTP/1.1\r\nHost: backend:1\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(request_head("GET", "/", "b", {}, 0), "GET / HTTP/1.1\r\nHost: b\r\n\r\n");
}

}  // namespace
}  // namespace signalbox::gateway
