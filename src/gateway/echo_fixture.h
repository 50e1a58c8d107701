// For tests: a server that echoes, and the look at how it refuses.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>

#include "gateway/sync_handler.h"
#include "gateway/test_sockets.h"

namespace signalbox::gateway::testing {

inline HttpResponse echo(const HttpRequest& request) {
  HttpResponse out;
  out.headers.add("Content-Type", "text/plain");
  out.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
  return out;
}

class EchoFixture : public ServerFixture {
 protected:
  std::uint16_t serve_echo(ServerLimits limits = {}) { return serve(make_sync_handler(echo, pool_, log_), limits); }
  // The status that one raw request gets, with the connection closed behind it.
  int refused(std::uint16_t port, std::string_view bytes) {
    Wire wire = Wire::connect(port);
    wire.send(bytes);
    auto answer = wire.read_answer();
    EXPECT_THAT(answer.head, ::testing::HasSubstr("Connection: close"));
    EXPECT_THAT(answer.body, ::testing::HasSubstr("\"error\""));
    EXPECT_TRUE(wire.at_end());
    return answer.status;
  }
};

}  // namespace signalbox::gateway::testing
