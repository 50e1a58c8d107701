#include "concurrent.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "models/encoder_batcher.h"

namespace signalbox::bench {
namespace {

using Clock = std::chrono::steady_clock;

void call(models::EncoderBatcher& batcher, const std::vector<std::uint32_t>& ids, Clock::time_point end,
          std::vector<double>& times) {
  while (Clock::now() < end) {
    const Clock::time_point start = Clock::now();
    float first = 0;
    const auto done = batcher.run(ids, {}, [&first](std::span<const float> hidden) { first = hidden.front(); });
    if (!done) throw std::runtime_error(done.error().detail);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
}

}  // namespace

std::string run_concurrently(const models::TextEncoder& encoder, const Load& load) {
  const auto length = static_cast<std::uint32_t>(load.tokens);
  models::EncoderBatcher batcher(encoder, length, {.threads = load.threads});
  std::vector<std::uint32_t> ids(length);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ids[i] = static_cast<std::uint32_t>((i * 7919 + 1000) % static_cast<std::size_t>(encoder.config().vocabulary));
  }
  std::vector<double> ignored;
  call(batcher, ids, Clock::now() + std::chrono::milliseconds(100), ignored);
  const std::uint64_t batches = batcher.batches(), passes = batcher.passes();
  std::vector<std::vector<double>> times(load.callers);
  const Clock::time_point start = Clock::now();
  const Clock::time_point end =
      start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
  {
    std::vector<std::jthread> callers;
    for (std::vector<double>& own : times) callers.emplace_back([&] { call(batcher, ids, end, own); });
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::vector<double> all;
  for (const std::vector<double>& own : times) all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end());
  return fmt::format(R"({{"texts_per_second":{:.1f},"p50_ms":{:.3f},"p99_ms":{:.3f},"batches_per_text":{:.3f}}})",
                     static_cast<double>(all.size()) / seconds, all[all.size() / 2], all[all.size() * 99 / 100],
                     static_cast<double>(batcher.batches() - batches) / static_cast<double>(batcher.passes() - passes));
}

}  // namespace signalbox::bench
