// Microbenchmarks over the small files of tests/golden; real vocabularies are measured beside the reference by
// bench/tokenizers/run.py.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tokenizers/tokenizer.h"

namespace {

using namespace std::string_view_literals;
using signalbox::tokenizers::Encoding;
using signalbox::tokenizers::Scratch;
using signalbox::tokenizers::Tokenizer;

std::string english() {
  std::string out;
  while (out.size() < 1024)
    out += "Which of these models would answer a question about the French Revolution, and what does it cost? ";
  return out;
}

std::string many_scripts() {
  std::string out;
  while (out.size() < 1024)
    out += "привет мир 你好世界 café naïve 안녕하세요 👩‍💻 مرحبا ";
  return out;
}

void encode(benchmark::State& state, const std::string& name, const std::string& text) {
  const auto tokenizer = Tokenizer::from_file("tests/golden/tokenizers/" + name + ".json");
  if (!tokenizer) {
    state.SkipWithError("run from the root of the project");
    return;
  }
  Scratch scratch;
  Encoding out;
  for ([[maybe_unused]] auto _ : state) {
    tokenizer->encode(text, {}, scratch, out);
    benchmark::DoNotOptimize(out.ids.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void load(benchmark::State& state) {
  std::ifstream in("tests/golden/tokenizers/gemma.json");
  const std::string json{std::istreambuf_iterator<char>(in), {}};
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(Tokenizer::from_json(json));
}

BENCHMARK_CAPTURE(encode, bert_english, "bert", english());
BENCHMARK_CAPTURE(encode, bert_scripts, "bert", many_scripts());
BENCHMARK_CAPTURE(encode, qwen_english, "qwen", english());
BENCHMARK_CAPTURE(encode, qwen_scripts, "qwen", many_scripts());
BENCHMARK_CAPTURE(encode, gemma_english, "gemma", english());
BENCHMARK_CAPTURE(encode, xlmr_english, "xlmr", english());
BENCHMARK_CAPTURE(encode, xlmr_scripts, "xlmr", many_scripts());
BENCHMARK_CAPTURE(encode, bert_one_long_word, "bert", std::string(1 << 16, 'x'));
BENCHMARK_CAPTURE(encode, qwen_one_long_word, "qwen", std::string(1 << 16, 'x'));
BENCHMARK(load);

}  // namespace
