// What deciding costs beside the signals themselves: fakes that answer at once.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "decision/compile.h"
#include "decision/engine.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "signals/registry.h"
#include "signals/scope.h"

namespace signalbox::decision {
namespace {

// Answers as fast as a family can, so that what is measured is the engine.
class InstantFamily final : public signals::Family {
 public:
  InstantFamily(int decisions, int leaves) {
    for (int d = 0; d < decisions; ++d) {
      for (int l = 0; l < leaves; ++l) leaves_.push_back({name(d, l), leaves_.size(), false});
    }
    leaves_per_decision_ = static_cast<std::size_t>(leaves);
  }
  static std::string name(int d, int l) { return "k" + std::to_string(d) + "_" + std::to_string(l); }

  const std::vector<signals::Leaf>& leaves() const override { return leaves_; }
  signals::Cost cost(std::size_t, const evidence::Evidence&) const override { return signals::Cost::instant; }
  void evaluate(std::span<const std::size_t> wanted, signals::EvalContext&,
                std::span<signals::SignalResult> results) const override {
    for (const std::size_t leaf : wanted) {
      if (leaf / leaves_per_decision_ % 3 != 2) continue;
      results[leaf].truth = signals::Truth::match;
      results[leaf].confidence = 1;
    }
  }

 private:
  std::vector<signals::Leaf> leaves_;
  std::size_t leaves_per_decision_;
};

// `decisions` rules of `leaves` conditions, a signal of its own for each; every third decision matches.
std::unique_ptr<Engine> engine_of(int decisions, int leaves) {
  SignalTable table;
  table.add(*signals::find_type("keyword"), std::make_unique<InstantFamily>(decisions, leaves));
  std::vector<RuleSpec> rules(static_cast<std::size_t>(decisions));
  RecipeInput input;
  for (int d = 0; d < decisions; ++d) {
    RuleSpec& rule = rules[static_cast<std::size_t>(d)];
    rule.op = d % 2 == 0 ? "AND" : "OR";
    rule.conditions.emplace(static_cast<std::size_t>(leaves));
    for (int l = 0; l < leaves; ++l) {
      RuleSpec& leaf = (*rule.conditions)[static_cast<std::size_t>(l)];
      leaf.type = "keyword", leaf.name = InstantFamily::name(d, l);
    }
    input.decisions.push_back({"d" + std::to_string(d), "", d, 0, &rule});
  }
  config::Diagnostics diagnostics;
  return std::make_unique<Engine>(compile(std::move(table), input, semantics_v03(), diagnostics), semantics_v03());
}

void decide(benchmark::State& state, bool eager) {
  const std::unique_ptr<Engine> engine = engine_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const evidence::Evidence evidence = evidence::from_text("hello");
  const auto deadline = std::chrono::steady_clock::time_point::max();
  evidence::ImageTexts images(evidence, nullptr, deadline);
  signals::TextScopes scopes(evidence, images);
  signals::EvalContext context{evidence, images, scopes, deadline};
  const DecideOptions options{.eager = eager};
  for (auto _ : state) benchmark::DoNotOptimize(engine->decide(context, options));
}

void lazy(benchmark::State& state) {
  decide(state, false);
}
void eager(benchmark::State& state) {
  decide(state, true);
}

BENCHMARK(lazy)->Args({10, 3})->Args({100, 5});
BENCHMARK(eager)->Args({10, 3})->Args({100, 5});

}  // namespace
}  // namespace signalbox::decision
