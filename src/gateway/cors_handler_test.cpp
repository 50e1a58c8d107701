#include "gateway/cors_handler.h"

#include <gmock/gmock.h>

#include "gateway/echo_fixture.h"

namespace signalbox::gateway {
namespace {

using testing::Answer;
using testing::echo;
using testing::get;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Wire;

class CorsTest : public testing::EchoFixture {
 protected:
  void start(CorsOptions options) {
    port_ = serve(make_cors_handler(make_sync_handler(echo, pool_, log_), std::move(options)));
  }
  Answer ask(const std::string& request) {
    Wire wire = Wire::connect(port_);
    wire.send(request);
    return wire.read_answer();
  }
  Answer preflight(const std::string& origin) {
    return ask("OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: t\r\nOrigin: " + origin +
               "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n");
  }
  std::uint16_t port_ = 0;
};

CorsOptions for_app() {
  CorsOptions options;
  options.allow_origins = {"https://app.example.com"};
  options.allow_headers = {"authorization", "content-type"};
  options.expose_headers = {"x-request-id"};
  return options;
}

TEST_F(CorsTest, PreflightIsAnsweredHereAndReachesNoHandler) {
  start(for_app());
  const Answer answer = preflight("https://app.example.com");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Allow-Origin: https://app.example.com\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Allow-Methods: GET, POST\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Allow-Headers: authorization, content-type\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Max-Age: 600\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Vary: Origin\r\n"));
  EXPECT_THAT(answer.head, Not(HasSubstr("Credentials")));
  EXPECT_THAT(answer.head, Not(HasSubstr("Content-Length")));
}

TEST_F(CorsTest, OtherOriginsAreToldNothing) {
  start(for_app());
  for (const std::string origin : {"https://evil.example", "https://app.example.com.evil.example", "null",
                                   "http://app.example.com", "https://app.example.com:8443"}) {
    EXPECT_THAT(preflight(origin).head, Not(HasSubstr("Access-Control"))) << origin;
    const Answer answer = ask(get("/", "Origin: " + origin + "\r\n"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.head, Not(HasSubstr("Access-Control"))) << origin;
    EXPECT_THAT(answer.head, HasSubstr("Vary: Origin\r\n"));
  }
}

TEST_F(CorsTest, AnswersAndErrorsCarryTheHeaders) {
  start(for_app());
  const Answer answer = ask(get("/", "Origin: https://app.example.com\r\n"));
  EXPECT_EQ(answer.body, "GET /? ");
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Allow-Origin: https://app.example.com\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Expose-Headers: x-request-id\r\n"));
}

TEST_F(CorsTest, EveryOriginIsAStarAndNeverAnEcho) {
  CorsOptions options;
  options.allow_origins = {"*"};
  start(options);
  EXPECT_THAT(preflight("https://any.example").head, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
}

TEST_F(CorsTest, CredentialsAreForNamedOrigins) {
  CorsOptions options = for_app();
  options.allow_credentials = true;
  start(options);
  EXPECT_THAT(preflight("https://app.example.com").head, HasSubstr("Access-Control-Allow-Credentials: true\r\n"));
  EXPECT_THAT(preflight("https://evil.example").head, Not(HasSubstr("Credentials")));
}

TEST_F(CorsTest, PlainOptionsAndTwoOriginsAreNoPreflight) {
  start(for_app());
  EXPECT_EQ(ask("OPTIONS / HTTP/1.1\r\nHost: t\r\n\r\n").body, "OPTIONS /? ");
  const Answer two = ask(get("/", "Origin: https://app.example.com\r\nOrigin: https://evil.example\r\n"));
  EXPECT_THAT(two.head, Not(HasSubstr("Access-Control")));
}

}  // namespace
}  // namespace signalbox::gateway
