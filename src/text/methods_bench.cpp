// One KiB of chat through every analysis but pattern matching (pattern_set_bench.cpp).
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "text/bm25.h"
#include "text/fuzzy.h"
#include "text/json_path.h"
#include "text/language.h"
#include "text/ngram.h"
#include "text/tokens.h"
#include "text/unicode.h"

namespace signalbox::text {
namespace {

const std::vector<std::string> kKeywords = {"urgent",   "deadline", "refactor",         "kubernetes", "credit card",
                                            "contract", "password", "machine learning", "diagnosis",  "invoice"};

std::string chat() {
  std::string out;
  while (out.size() < 1024) {
    out += "Could you explain why our deployment keeps failing since last week, and how the team should migrate it? ";
  }
  out.resize(1024);
  return out;
}

template <typename Run>
void measure(benchmark::State& state, Run run) {
  const std::string text = chat();
  for (auto _ : state) benchmark::DoNotOptimize(run(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * 1024);
}

void tokens(benchmark::State& state) {
  measure(state, [](const std::string& text) { return TokenEstimator().estimate(text); });
}
void language(benchmark::State& state) {
  measure(state, [](const std::string& text) { return LanguageDetector().detect(text); });
}
void units(benchmark::State& state) {
  measure(state, [](const std::string& text) { return count_units(text); });
}
void fuzzy10(benchmark::State& state) {
  const FuzzySet set(kKeywords);
  measure(state, [&](const std::string& text) { return set.find(text); });
}
void ngram10(benchmark::State& state) {
  const NgramSet set(kKeywords);
  measure(state, [&](const std::string& text) { return set.find(text); });
}
void bm25_10(benchmark::State& state) {
  const Bm25Index index(std::make_shared<const Tokenizer>(), kKeywords);
  measure(state, [&](const std::string& text) { return index.scores(text); });
}
void json_path(benchmark::State& state) {
  const JsonPath path = JsonPath::parse("$.items[*].id").value();
  measure(state, [&](const std::string&) { return path.select(R"({"items":[{"id":1,"name":"a"},{"id":2}]})"); });
}

BENCHMARK(tokens);
BENCHMARK(language);
BENCHMARK(units);
BENCHMARK(fuzzy10);
BENCHMARK(ngram10);
BENCHMARK(bm25_10);
BENCHMARK(json_path);

}  // namespace
}  // namespace signalbox::text
