// The promise of laziness, on random recipes: the lazy run's answer is the eager one's, and nothing that was skipped
// could have changed it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "decision/random_recipe.h"

namespace signalbox::decision::test {
namespace {

constexpr std::uint32_t kRecipes = 6000;

DecideOptions random_options(RandomRecipe& random) {
  DecideOptions options;
  options.security_only = random.chance(0.15);
  options.identity = static_cast<IdentityPolicy>(random.below(3));
  return options;
}

void expect_same(const Outcome& a, const Outcome& b, std::uint32_t seed, std::string_view what) {
  ASSERT_EQ(a.kind, b.kind) << what << ", seed " << seed;
  EXPECT_EQ(a.blocking, b.blocking) << what << ", seed " << seed;
  if (a.kind != Outcome::Kind::decision) return;
  ASSERT_EQ(a.decision, b.decision) << what << ", seed " << seed;
  EXPECT_EQ(a.confidence, b.confidence) << what << ", seed " << seed;
  EXPECT_EQ(a.matched_rules, b.matched_rules) << what << ", seed " << seed;
}

Outcome eager_of(Recipe& recipe, DecideOptions options) {
  options.eager = true;
  return recipe.decide(options);
}

// A used signal, or one that is coupled with a used one (by its family, or by a partition of the family).
bool may_be_evaluated(const Program& program, SignalId id) {
  if (program.used[id]) return true;
  const SignalEntry& entry = program.signals[id];
  const bool partitioned = entry.type->leaf == "embedding" && !program.projections.partitions.empty();
  if (!partitioned && !program.signals.family(entry.family).coupled()) return false;
  for (SignalId other = 0; other < program.signals.size(); ++other) {
    if (program.signals[other].family == entry.family && program.used[other]) return true;
  }
  return false;
}

TEST(LazyEager, SameAnswerAndWouldSkipIsExactlyWhatWasSkipped) {
  std::map<Outcome::Kind, int> kinds;
  std::size_t used = 0, skipped = 0;
  for (std::uint32_t seed = 0; seed < kRecipes && !HasFatalFailure(); ++seed) {
    RandomRecipe random(seed);
    Recipe recipe = random.build();
    ASSERT_TRUE(recipe.diagnostics().ok()) << "seed " << seed << ": " << recipe.problems().front();
    const DecideOptions options = random_options(random);
    const Outcome lazy = recipe.decide(options);
    const Outcome eager = eager_of(recipe, options);
    expect_same(lazy, eager, seed, "lazy and eager");
    ++kinds[lazy.kind];
    for (SignalId id = 0; id < recipe.program().signals.size(); ++id) {
      const bool is_used = recipe.program().used[id];
      if (is_used) {
        ASSERT_EQ(bool(eager.would_skip[id]), !lazy.evaluated[id]) << "seed " << seed << " signal " << id;
        ASSERT_TRUE(eager.evaluated[id]);
      }
      if (!may_be_evaluated(recipe.program(), id)) ASSERT_FALSE(lazy.evaluated[id]) << "seed " << seed;
      used += is_used;
      skipped += is_used && !lazy.evaluated[id];
    }
  }
  for (int kind = 0; kind < 4; ++kind) EXPECT_GT(kinds[static_cast<Outcome::Kind>(kind)], 20) << "too rare: " << kind;
  const double share = static_cast<double>(skipped) / static_cast<double>(used);
  RecordProperty("skipped_share", fmt::format("{:.3f}", share));
  fmt::print("skipped: {:.1f} % of {} used signals in {} recipes\n", 100 * share, used, kRecipes);
  EXPECT_GT(share, 0.15);
}

TEST(LazyEager, NoResultOfASkippedSignalCouldHaveChangedTheAnswer) {
  for (std::uint32_t seed = 0; seed < kRecipes && !HasFatalFailure(); ++seed) {
    RandomRecipe random(seed);
    Recipe recipe = random.build();
    const DecideOptions options = random_options(random);
    const Outcome lazy = recipe.decide(options);
    const std::set<std::string> asked = recipe.asked();
    for (int i = 0; i < 3; ++i) {
      for (FakeSignal& fake : random.fakes) {
        if (!asked.contains(fake.type + ":" + fake.name)) fake.result = random.result();
      }
      Recipe other = random.build();
      expect_same(lazy, eager_of(other, options), seed, "with other results of skipped signals");
    }
  }
}

TEST(LazyEager, DeterminedHoldsWhateverTheUnknownSignalsWouldHaveBeen) {
  int determined_with_unknown = 0;
  for (std::uint32_t seed = 0; seed < kRecipes && !HasFatalFailure(); ++seed) {
    RandomRecipe random(seed);
    Recipe recipe = random.build();
    const DecideOptions options{.eager = true, .identity = IdentityPolicy::report};
    const Outcome before = recipe.decide(options);
    if (!before.determined) continue;
    for (FakeSignal& fake : random.fakes) {
      const bool is_unknown = fake.result.truth == signals::Truth::unknown;
      determined_with_unknown += is_unknown && recipe.program().used[recipe.id(fake.type, fake.name)];
      if (is_unknown) fake.result = random.result();
    }
    Recipe other = random.build();
    const Outcome after = other.decide(options);
    ASSERT_EQ(before.kind, after.kind) << "seed " << seed;
    if (before.kind == Outcome::Kind::decision) ASSERT_EQ(before.decision, after.decision) << "seed " << seed;
  }
  EXPECT_GT(determined_with_unknown, 1000);
}

}  // namespace
}  // namespace signalbox::decision::test
