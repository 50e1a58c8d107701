// The patterns of reference work: 200 keywords with word edges plus e-mail, SSN, card and IP regexes, on chat-like
// text.
#include "text/pattern_set.h"

#include <benchmark/benchmark.h>
#include <re2/set.h>

#include <array>
#include <random>
#include <string>

namespace signalbox::text {
namespace {

constexpr std::array kStems = {"urgent",     "deadline",   "critical", "refactor",   "debug",      "compile",
                               "python",     "javascript", "contract", "lawsuit",    "patient",    "diagnosis",
                               "invoice",    "mortgage",   "integral", "derivative", "theorem",    "translate",
                               "summarize",  "poem",       "password", "credential", "exploit",    "malware",
                               "kubernetes", "database",   "schema",   "latency",    "throughput", "migrate"};
constexpr std::array kTails = {"", " now", " report", " plan", " review", "s", " help"};
constexpr std::array kFiller = {"please", "could", "you",  "the",    "of",   "and",     "explain", "how",
                                "this",   "works", "in",   "detail", "with", "example", "for",     "my",
                                "team",   "on",    "our",  "server", "that", "has",     "been",    "running",
                                "since",  "last",  "week", "when",   "we",   "changed"};

std::vector<std::string> keywords() {
  std::vector<std::string> out;
  for (const char* tail : kTails) {
    for (const char* stem : kStems) {
      if (out.size() < 200) out.push_back(std::string(stem) + tail);
    }
  }
  return out;
}

const std::array<std::string, 4> kRegexes = {R"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})",
                                             R"(\b\d{3}-\d{2}-\d{4}\b)", R"(\b(?:\d[ -]?){13,16}\b)",
                                             R"(\b(?:\d{1,3}\.){3}\d{1,3}\b)"};

std::string text_of(std::size_t bytes, bool digits) {
  std::mt19937 random(7);
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    if (i % 60 == 59) {
      out += kStems[random() % kStems.size()];
    } else if (digits && i % 40 == 20) {
      out += std::to_string(random() % 5000) + "-" + std::to_string(random() % 100);
    } else {
      out += kFiller[random() % kFiller.size()];
    }
    out += i % 12 == 11 ? ". " : " ";
  }
  out.resize(bytes);
  return out;
}

void find_all(benchmark::State& state, bool with_regexes, bool digits, bool non_ascii) {
  std::vector<Pattern> patterns;
  for (std::string& keyword : keywords()) patterns.push_back({.text = std::move(keyword)});
  if (with_regexes) {
    for (const std::string& regex : kRegexes)
      patterns.push_back({.kind = Pattern::Kind::regex, .text = regex, .case_sensitive = true});
  }
  const PatternSet set = PatternSet::build(std::move(patterns)).value();
  std::string text = text_of(static_cast<std::size_t>(state.range(0)), digits);
  if (non_ascii) text.replace(0, 4, "é…");
  for (auto _ : state) benchmark::DoNotOptimize(set.find(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}

// What RE2::Set alone would cost: it says which patterns match, not where.
void re2_set(benchmark::State& state) {
  RE2::Options options;
  options.set_max_mem(64 << 20);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const std::string& keyword : keywords()) set.Add("(?i)\\b" + RE2::QuoteMeta(keyword) + "\\b", nullptr);
  for (const std::string& regex : kRegexes) set.Add(regex, nullptr);
  set.Compile();
  const std::string text = text_of(static_cast<std::size_t>(state.range(0)), true);
  for (auto _ : state) {
    std::vector<int> hits;
    benchmark::DoNotOptimize(set.Match(text, &hits));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}

void sizes(benchmark::internal::Benchmark* b) {
  b->Arg(256)->Arg(1024)->Arg(16384);
}

BENCHMARK_CAPTURE(find_all, patterns204_plain_text, true, false, false)->Apply(sizes);
BENCHMARK_CAPTURE(find_all, patterns204_text_with_numbers, true, true, false)->Apply(sizes);
BENCHMARK_CAPTURE(find_all, patterns204_non_ascii, true, false, true)->Apply(sizes);
BENCHMARK_CAPTURE(find_all, keywords200, false, true, false)->Apply(sizes);
BENCHMARK(re2_set)->Apply(sizes);

}  // namespace
}  // namespace signalbox::text
