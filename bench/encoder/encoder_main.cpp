// bench_encoder: times one encoder of a model folder and prints one JSON object.
//
//   bench_encoder --model DIR --tokens N [--batch B] [--seconds S] [--precision fp32|bf16|int8]
//   bench_encoder --model DIR --tokens N --callers C [--threads T]     through the batcher
//   bench_encoder --model DIR --image [--threads T]     an image tower, one image after the other
//   bench_encoder --peak        the multiply-add peak of this core, GFLOP/s
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "concurrent.h"
#include "images.h"
#include "models/model_config.h"
#include "models/text_encoder.h"
#include "peak.h"

namespace signalbox::bench {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

int run(int argc, char** argv) {
  CLI::App app("Times a text encoder.");
  std::string path;
  std::int64_t tokens = 0, batch = 1;
  double seconds = 1;
  bool peak = false, image = false;
  std::string precision = "fp32";
  std::uint32_t callers = 0, threads = 1;
  app.add_option("--callers", callers);
  app.add_option("--threads", threads);
  const std::map<std::string, tensor::Arithmetic> arithmetics{
      {"fp32", tensor::Arithmetic::fp32}, {"bf16", tensor::Arithmetic::bf16}, {"int8", tensor::Arithmetic::int8}};
  app.add_option("--precision", precision)->check(CLI::IsMember(arithmetics));
  app.add_option("--model", path);
  app.add_option("--tokens", tokens);
  app.add_flag("--peak", peak);
  app.add_flag("--image", image);
  app.add_option("--batch", batch);
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);
  if (peak) {
    fmt::print("{{\"peak_gflops\":{:.1f}}}\n", peak_gflops());
    return 0;
  }
  if (image) {
    fmt::print(
        "{}\n",
        run_images({.model = path, .arithmetic = arithmetics.at(precision), .threads = threads, .seconds = seconds}));
    return 0;
  }
  const Clock::time_point began = Clock::now();
  const models::ModelFolder folder = models::read_model_folder(path);
  const tensor::SafetensorsFile file(folder.weights);
  const std::unique_ptr<models::TextEncoder> encoder =
      models::make_text_encoder(folder.encoder, file, arithmetics.at(precision));
  const double load = milliseconds(Clock::now() - began);
  if (callers != 0) {
    const Load many{.tokens = tokens, .callers = callers, .threads = threads, .seconds = seconds};
    fmt::print("{}\n", run_concurrently(*encoder, many));
    return 0;
  }
  std::vector<std::uint32_t> ids, starts{0};
  for (std::int64_t b = 0; b < batch; ++b) {
    for (std::int64_t t = 0; t < tokens; ++t)
      ids.push_back(static_cast<std::uint32_t>((t * 7919 + b * 104729 + 1000) % folder.encoder.vocabulary));
    starts.push_back(static_cast<std::uint32_t>(ids.size()));
  }
  const std::vector<std::uint32_t> types(ids.size(), 0);
  models::EncoderWorkspace workspace(folder.encoder, static_cast<std::int64_t>(ids.size()));
  std::vector<double> times;
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (int warm = 0; warm < 2; ++warm) encoder->encode({ids, types, starts}, workspace, {});
  while (times.size() < 5 || Clock::now() < end) {
    const Clock::time_point start = Clock::now();
    encoder->encode({ids, types, starts}, workspace, {});
    times.push_back(milliseconds(Clock::now() - start));
  }
  std::sort(times.begin(), times.end());
  fmt::print(R"({{"load_ms":{:.1f},"runs":{},"min_ms":{:.4f},"p50_ms":{:.4f},"p99_ms":{:.4f}}})"
             "\n",
             load, times.size(), times.front(), times[times.size() / 2], times[times.size() * 99 / 100]);
  return 0;
}

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  try {
    return signalbox::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_encoder: {}\n", error.what());
    return 1;
  }
}
