// What one request costs before it is judged: the strict parse, the request, the evidence is in evidence_bench, the
// splice of the model's name.
#include <benchmark/benchmark.h>

#include <string>

#include "protocol/json_tree.h"
#include "protocol/request.h"
#include "protocol/request_edits.h"

namespace signalbox::protocol {
namespace {

// A conversation of about `bytes` bytes as SDKs write it: turns of some 200 bytes of prose, an escape in each.
std::string chat_body(std::size_t bytes) {
  const std::string prose =
      "The quick brown fox jumps over the lazy dog, and then explains \\\"why\\\" in a few more words.\\n"
      "Please compare both approaches, list what each one costs, and say which you would choose.";
  std::string body =
      R"({"model":"auto","stream":true,"temperature":0.7,"max_tokens":512,"messages":[{"role":"system","content":"You are a helpful assistant."})";
  for (bool user = true; body.size() + 250 < bytes; user = !user) {
    body += std::string(R"(,{"role":")") + (user ? "user" : "assistant") + R"(","content":")" + prose + "\"}";
  }
  return body + R"(,{"role":"user","content":"And now?"}]})";
}

void BM_JsonTree(benchmark::State& state) {
  const std::string body = chat_body(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(JsonTree::parse(body));
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
BENCHMARK(BM_JsonTree)->Arg(1 << 10)->Arg(16 << 10)->Arg(64 << 10);

void BM_OpenAiRequest(benchmark::State& state) {
  const std::string body = chat_body(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(parse_openai_chat(body));
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
BENCHMARK(BM_OpenAiRequest)->Arg(1 << 10)->Arg(16 << 10)->Arg(64 << 10);

void BM_SpliceModel(benchmark::State& state) {
  const std::string body = chat_body(static_cast<std::size_t>(state.range(0)));
  const std::expected<Request, Error> request = parse_openai_chat(body);
  for (auto _ : state) {
    Splice splice(*request);
    set_model(splice, "provider/model-large");
    benchmark::DoNotOptimize(splice.apply());
  }
}
BENCHMARK(BM_SpliceModel)->Arg(1 << 10)->Arg(64 << 10);

// The worst objects: many members, all of them different.
void BM_ManyKeys(benchmark::State& state) {
  std::string body = "{";
  for (int i = 0; i < state.range(0); ++i) body += "\"key" + std::to_string(i) + "\":0,";
  body += "\"last\":0}";
  for (auto _ : state) benchmark::DoNotOptimize(JsonTree::parse(body));
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
BENCHMARK(BM_ManyKeys)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace signalbox::protocol
