// What one request costs in telemetry: a log line, the metrics it touches.
#include <benchmark/benchmark.h>

#include <string>

#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::telemetry {
namespace {

void BM_LogLine(benchmark::State& state) {
  const RealClock clock;
  JsonLogOptions options;
  options.sink = [](std::string_view line) { benchmark::DoNotOptimize(line.data()); };
  const std::unique_ptr<Logger> logger = make_json_logger(clock, std::move(options));
  const std::string id = "req-dde4b182ea915f9b-1e01";
  for (auto _ : state) {
    logger->log(Level::info, "request",
                {{"listener", "gateway"},
                 {"peer", "127.0.0.1"},
                 {"method", "POST"},
                 {"path", "/v1/chat/completions"},
                 {"status", 200},
                 {"bytes", 10114},
                 {"seconds", 0.534963609},
                 {"request_id", id}});
  }
}
BENCHMARK(BM_LogLine);

void BM_LabelledCounter(benchmark::State& state) {
  Registry registry;
  Family<Counter>& family = registry.counter("c_total", "A counter.", {"signal_type", "signal_name"});
  for (auto _ : state) family.with({"keyword", "urgent_requests"}).increment();
}
BENCHMARK(BM_LabelledCounter);

void BM_HeldCounter(benchmark::State& state) {
  Registry registry;
  Counter& counter = registry.counter("c_total", "A counter.", {"signal"}).with({"keyword"});
  for (auto _ : state) counter.increment();
}
BENCHMARK(BM_HeldCounter);

void BM_Histogram(benchmark::State& state) {
  Registry registry;
  Histogram& histogram = registry.histogram("h_seconds", "A histogram.", latency_buckets()).get();
  for (auto _ : state) histogram.observe(0.0123);
}
BENCHMARK(BM_Histogram);

}  // namespace
}  // namespace signalbox::telemetry
