// 204 patterns (180 literals, 24 regexes, in 68 rules) through the keyword family, as a request pays for them.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "config/load.h"
#include "evidence/evidence.h"
#include "signals/registry.h"
#include "signals/scope.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 12> kStems{"invoice",  "refund",    "password", "kubernetes",
                                                  "contract", "diagnosis", "lawsuit",  "compile",
                                                  "payroll",  "passport",  "firewall", "vaccine"};
constexpr std::array<std::string_view, 15> kTails{"",        " policy", " number", " error",  " audit",
                                                  " review", " leak",   " theft",  " refund", " notice",
                                                  "s",       "ing",     " form",   " report", " request"};

std::string rules_yaml() {
  std::vector<std::string> keywords;
  for (const std::string_view stem : kStems) {
    for (const std::string_view tail : kTails) keywords.push_back(std::string(stem) + std::string(tail));
  }
  std::string yaml;
  for (std::size_t i = 0; i < keywords.size(); i += 3) {
    yaml += "- {name: k" + std::to_string(i) + ", operator: OR, keywords: ['" + keywords[i] + "', '" + keywords[i + 1] +
            "', '" + keywords[i + 2] + "']}\n";
  }
  for (int i = 0; i < 8; ++i) {
    const std::string n = std::to_string(i);
    yaml += "- {name: r" + n + ", operator: OR, method: regex, keywords: ['AKIA" + n + "[0-9A-Z]{12}', 'case-\\d{" + n +
            ",9}-id', '(?:ticket|issue)\\s+#?" + n + "\\d+']}\n";
  }
  return yaml;
}

std::string prose(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    text += "Please summarise the meeting notes from Tuesday and list what each team agreed to do before the release. ";
  }
  text.resize(bytes);
  return text;
}

void BM_Keyword204(benchmark::State& state) {
  const Type* type = find_type("keyword");
  config::Diagnostics diagnostics;
  config::Node node;
  config::parse_yaml(rules_yaml(), 0, {}, node, diagnostics);
  const auto rules = type->make_rules();
  config::decode_at(node, "routing.signals.keywords", {rules.get(), type->rules_type()}, diagnostics);
  const std::set<std::string> used;
  const auto family = type->compile(rules.get(), {.used_names = used}, diagnostics);
  if (!family || !diagnostics.ok()) return state.SkipWithError("the rules do not compile");

  const std::string text = prose(static_cast<std::size_t>(state.range(0)));
  const evidence::Evidence evidence = evidence::from_text(text);
  std::vector<std::size_t> wanted(family->leaves().size());
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i;
  std::vector<SignalResult> results(wanted.size());
  for (auto _ : state) {
    evidence::ImageTexts images(evidence, nullptr, std::chrono::steady_clock::time_point::max());
    TextScopes scopes(evidence, images);
    EvalContext context{evidence, images, scopes, std::chrono::steady_clock::time_point::max()};
    family->evaluate(wanted, context, results);
    benchmark::DoNotOptimize(results.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Keyword204)->Arg(256)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace signalbox::signals
