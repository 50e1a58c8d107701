// What finding personal data costs: prose as people write it, prose with personal data, code, a table of numbers.
#include "pii/pii.h"

#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <string>

namespace signalbox::pii {
namespace {

constexpr std::array kWords = {"please", "could",   "you",    "the",    "of",   "and",     "explain", "how",
                               "this",   "works",   "in",     "detail", "with", "example", "for",     "my",
                               "team",   "server",  "that",   "has",    "been", "running", "since",   "last",
                               "week",   "changed", "Berlin", "Monday", "step", "address"};
constexpr std::array kPersonal = {
    "jane.doe@example.org", "+49 30 901820", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00",
    "460-89-9847",          "203.0.114.9",   "born 4/16/1990",      "12 Main Street"};
constexpr std::array kCode = {"for (int i = 0; i < 10; ++i) {",
                              "  total += values[i] * 0x1F;",
                              "}",
                              "const auto key = map.at(\"id\");",
                              "return std::format(\"{}: {}\", name, 42);",
                              "#include <vector>",
                              "x = y == 3 ? a : b;"};

std::string text_of(std::size_t bytes, int kind) {
  std::mt19937 random(7);
  std::string out;
  for (std::size_t i = 1; out.size() < bytes; ++i) {
    if (kind == 2) {
      out += kCode[random() % kCode.size()];
      out += '\n';
    } else if (kind == 3) {
      out += std::to_string(random() % 100000) + (i % 8 == 0 ? "\n" : "\t");
    } else {
      out += kind == 1 && i % 25 == 0 ? kPersonal[random() % kPersonal.size()] : kWords[random() % kWords.size()];
      out += i % 12 == 0 ? ". " : " ";
    }
  }
  out.resize(bytes);
  return out;
}

void find_in(benchmark::State& state, int kind) {
  const std::string text = text_of(static_cast<std::size_t>(state.range(0)), kind);
  for (auto _ : state) benchmark::DoNotOptimize(find(text, {}));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(text.size()));
  const auto kib = static_cast<double>(text.size()) / 1024;
  state.counters["s/KiB"] =
      benchmark::Counter(kib, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(find_in, prose, 0)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(find_in, personal, 1)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(find_in, code, 2)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(find_in, numbers, 3)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace signalbox::pii
