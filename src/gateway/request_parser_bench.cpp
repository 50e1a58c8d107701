// What one request costs the parser: a 1 KiB chat by length, by chunks, and packed.
#include <benchmark/benchmark.h>

#include "gateway/request_parser.h"
#include "gateway/test_deflate.h"

namespace signalbox::gateway {
namespace {

const std::string& chat_body() {
  static const std::string body =
      R"({"model":"auto","messages":[{"role":"user","content":")" + std::string(960, 'x') + R"("}]})";
  return body;
}

std::string head(const std::string& more) {
  return "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway.example.com\r\nUser-Agent: OpenAI/Python 3.51.0\r\n"
         "Accept: application/json\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
         "Content-Type: application/json\r\nAuthorization: Bearer sk-0123456789abcdef\r\nX-Request-Id: abc-123\r\n" +
         more + "\r\n";
}

void parse(benchmark::State& state, const std::string& bytes) {
  const ServerLimits limits;
  ByteQueue queue;
  for (auto _ : state) {
    bytes.copy(queue.prepare(bytes.size()).data(), bytes.size());
    queue.commit(bytes.size());
    RequestParser parser(limits);
    if (parser.feed(queue) != RequestParser::State::done) state.SkipWithError("not a request");
    benchmark::DoNotOptimize(parser.take());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

void by_length(benchmark::State& state) {
  parse(state, head("Content-Length: " + std::to_string(chat_body().size()) + "\r\n") + chat_body());
}
void by_chunks(benchmark::State& state) {
  const std::string body = chat_body() + std::string(1024 - chat_body().size(), ' ');
  parse(state, head("Transfer-Encoding: chunked\r\n") + "400\r\n" + body + "\r\n0\r\n\r\n");
}
void packed(benchmark::State& state) {
  const std::string body = testing::gzipped(chat_body());
  parse(state, head("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") + body);
}

BENCHMARK(by_length);
BENCHMARK(by_chunks);
BENCHMARK(packed);

}  // namespace
}  // namespace signalbox::gateway
