// From a parsed request to its evidence, and decoding the base64 of an image.
#include <benchmark/benchmark.h>

#include <string>

#include "evidence/base64.h"
#include "evidence/evidence.h"

namespace signalbox::evidence {
namespace {

void BM_Evidence(benchmark::State& state) {
  std::string body = R"({"model":"auto","messages":[{"role":"system","content":"be brief"})";
  for (int i = 0; i < state.range(0); ++i) body += R"(,{"role":"user","content":"Some words of a question."})";
  const std::expected<protocol::Request, protocol::Error> request = protocol::parse_openai_chat(body + "]}");
  for (auto _ : state) benchmark::DoNotOptimize(from_request(*request));
}
BENCHMARK(BM_Evidence)->Arg(4)->Arg(64)->Arg(1024);

void BM_DecodeBase64(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'A');
  for (auto _ : state) benchmark::DoNotOptimize(decode_base64(text, text.size()));
  state.SetBytesProcessed(state.range(0) * state.iterations());
}
BENCHMARK(BM_DecodeBase64)->Arg(1 << 20);

}  // namespace
}  // namespace signalbox::evidence
