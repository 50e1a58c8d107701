// One frame of a stream: read from network-sized slices, and the usage of the last one.
#include <benchmark/benchmark.h>

#include <string>

#include "protocol/response.h"
#include "protocol/sse.h"
#include "protocol/usage.h"

namespace signalbox::protocol {
namespace {

std::string stream_of_words(int words) {
  std::string text;
  for (int i = 0; i < words; ++i) text += "word ";
  return chat_completion_stream({.id = "chatcmpl-123", .created = 1700000000, .model = "some/model", .text = text},
                                true);
}

void BM_SseFrames(benchmark::State& state) {
  const std::string stream = stream_of_words(1000);
  const std::size_t slice = static_cast<std::size_t>(state.range(0));
  std::int64_t frames = 0;
  for (auto _ : state) {
    SseReader reader;
    for (std::size_t at = 0; at < stream.size(); at += slice) {
      reader.feed(std::string_view(stream).substr(at, slice));
      while (const std::optional<SseFrame> frame = *reader.next()) ++frames;
    }
  }
  state.SetItemsProcessed(frames);
}
BENCHMARK(BM_SseFrames)->Arg(200)->Arg(1460)->Arg(16384);

void BM_ReadUsage(benchmark::State& state) {
  const std::string body = chat_completion_json({.id = "x", .model = "m", .text = std::string(1000, 'x')});
  for (auto _ : state) benchmark::DoNotOptimize(read_usage(body));
}
BENCHMARK(BM_ReadUsage);

}  // namespace
}  // namespace signalbox::protocol
