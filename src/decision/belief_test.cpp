// Kleene's laws, and that "settled" is never claimed too early.
#include "decision/belief.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace signalbox::decision {
namespace {

enum class Kind { leaf, all, any, negation };

struct Tree {
  Kind kind = Kind::leaf;
  int signal = 0;
  OnUnknown on_unknown = OnUnknown::keep;
  std::vector<Tree> children;
};

Tree leaf(int signal) {
  return {.signal = signal, .children = {}};
}
Tree all(std::vector<Tree> children) {
  return {.kind = Kind::all, .children = std::move(children)};
}
Tree any(std::vector<Tree> children) {
  return {.kind = Kind::any, .children = std::move(children)};
}
Tree no(Tree child) {
  Tree tree{.kind = Kind::negation, .children = {}};
  tree.children.push_back(std::move(child));
  return tree;
}

Belief belief(const Tree& tree, const std::vector<Belief>& signals) {
  if (tree.kind == Kind::leaf) return resolve(signals[static_cast<std::size_t>(tree.signal)], tree.on_unknown);
  if (tree.kind == Kind::negation) return negate(belief(tree.children[0], signals));
  AllOf conjunction;
  AnyOf disjunction;
  for (const Tree& child : tree.children) {
    if (tree.kind == Kind::all) conjunction.add(belief(child, signals));
    if (tree.kind == Kind::any) disjunction.add(belief(child, signals));
  }
  return tree.kind == Kind::all ? conjunction.result() : disjunction.result();
}

// The definition (VSR §3.2 in Kleene's logic), written down a second time and without any laziness.
struct Answer {
  char truth = 'f';  // t, f, u
  double confidence = 0;
  std::vector<int> rules;
  bool operator==(const Answer&) const = default;
};

Answer answer_of_leaf(const Tree& tree, const Belief& b) {
  if (b.can_be_unknown && tree.on_unknown == OnUnknown::match) return {'t', 1, {tree.signal}};
  if (b.can_be_unknown && tree.on_unknown == OnUnknown::no_match) return {};
  if (b.can_match) return {'t', b.low, {tree.signal}};
  return {b.can_miss ? 'f' : 'u', 0, {}};
}

Answer answer(const Tree& tree, const std::vector<Belief>& signals) {
  if (tree.kind == Kind::leaf) return answer_of_leaf(tree, signals[static_cast<std::size_t>(tree.signal)]);
  std::vector<Answer> children;
  for (const Tree& child : tree.children) children.push_back(answer(child, signals));
  const auto some = [&](char truth) {
    return std::any_of(children.begin(), children.end(), [&](const Answer& a) { return a.truth == truth; });
  };
  if (tree.kind == Kind::negation) {
    if (some('u')) return {'u', 0, {}};
    return some('f') ? Answer{'t', 1, {}} : Answer{};
  }
  Answer result;
  if (tree.kind == Kind::any) {
    for (const Answer& child : children) {
      if (child.truth == 't' && (result.truth != 't' || child.confidence > result.confidence)) result = child;
    }
    return result.truth != 't' && some('u') ? Answer{'u', 0, {}} : result;
  }
  if (some('f')) return {};
  if (some('u')) return {'u', 0, {}};
  result.truth = 't';
  for (const Answer& child : children) {
    result.confidence += child.confidence;
    result.rules.insert(result.rules.end(), child.rules.begin(), child.rules.end());
  }
  if (!children.empty()) result.confidence /= static_cast<double>(children.size());
  return result;
}

const std::vector<Belief>& known_values() {
  static const std::vector<Belief> kValues{Belief::match(0), Belief::match(0.3), Belief::match(1), Belief::miss(),
                                           Belief::unknown()};
  return kValues;
}

// Calls `visit` for every way in which the open signals may turn out.
template <class Visit>
void complete(std::vector<Belief> signals, Visit visit, std::size_t from = 0) {
  while (from < signals.size() && signals[from].settled) ++from;
  if (from == signals.size()) return visit(signals);
  for (const Belief& value : known_values()) {
    signals[from] = value;
    complete(signals, visit, from + 1);
  }
}

bool covers(const Belief& belief, const Answer& answer) {
  if (answer.truth == 'f') return belief.can_miss;
  if (answer.truth == 'u') return belief.can_be_unknown;
  return belief.can_match && belief.low <= answer.confidence && answer.confidence <= belief.high;
}

// The belief covers every completion; if it is settled, they are all alike.
void expect_sound(const Tree& tree, const std::vector<Belief>& signals, const std::string& what) {
  const Belief b = belief(tree, signals);
  ASSERT_TRUE(!b.settled || b.single()) << what;
  bool first = true;
  Answer expected;
  complete(signals, [&](const std::vector<Belief>& known) {
    const Answer got = answer(tree, known);
    ASSERT_TRUE(covers(b, got)) << what;
    if (first) expected = got;
    first = false;
    if (b.settled) ASSERT_EQ(got, expected) << what;
  });
}

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  Tree tree(int depth) {
    if (depth == 0 || below(4) == 0) {
      Tree result = leaf(below(4));
      if (below(3) == 0) result.on_unknown = static_cast<OnUnknown>(below(4));
      return result;
    }
    if (below(4) == 0) return no(tree(depth - 1));
    Tree result = below(2) == 0 ? all({}) : any({});
    for (int i = below(4); i > 0; --i) result.children.push_back(tree(depth - 1));
    return result;
  }

  std::vector<Belief> signals() {
    std::vector<Belief> result;
    for (int i = 0; i < 4; ++i) {
      result.push_back(below(2) == 0 ? Belief::open() : known_values()[static_cast<std::size_t>(below(5))]);
    }
    return result;
  }

 private:
  std::mt19937 random_;
};

char truth(const Belief& b) {
  return b.surely_matches() ? 't' : b.surely_misses() ? 'f' : b.surely_unknown() ? 'u' : '?';
}

void expect_equivalent(const Tree& a, const Tree& b) {
  complete({Belief::open(), Belief::open(), Belief::open()}, [&](const std::vector<Belief>& known) {
    EXPECT_EQ(truth(belief(a, known)), truth(belief(b, known)));
    EXPECT_NE(truth(belief(a, known)), '?');
  });
}

TEST(Belief, DeMorgan) {
  expect_equivalent(no(all({leaf(0), leaf(1)})), any({no(leaf(0)), no(leaf(1))}));
  expect_equivalent(no(any({leaf(0), leaf(1), leaf(2)})), all({no(leaf(0)), no(leaf(1)), no(leaf(2))}));
}

TEST(Belief, DoubleNegation) {
  expect_equivalent(no(no(leaf(0))), leaf(0));
}

TEST(Belief, CommutativeAssociativeDistributive) {
  expect_equivalent(all({leaf(0), leaf(1)}), all({leaf(1), leaf(0)}));
  expect_equivalent(any({leaf(0), leaf(1)}), any({leaf(1), leaf(0)}));
  expect_equivalent(all({leaf(0), all({leaf(1), leaf(2)})}), all({all({leaf(0), leaf(1)}), leaf(2)}));
  expect_equivalent(any({leaf(0), any({leaf(1), leaf(2)})}), any({leaf(0), leaf(1), leaf(2)}));
  expect_equivalent(all({leaf(0), any({leaf(1), leaf(2)})}), any({all({leaf(0), leaf(1)}), all({leaf(0), leaf(2)})}));
}

TEST(Belief, ExcludedMiddleDoesNotHoldForUnknown) {
  EXPECT_EQ(truth(belief(any({leaf(0), no(leaf(0))}), {Belief::unknown()})), 'u');
  EXPECT_EQ(truth(belief(all({leaf(0), no(leaf(0))}), {Belief::unknown()})), 'u');
}

TEST(Belief, OnUnknownIsResolvedAtTheLeafUnderNotToo) {
  Tree assumed = leaf(0);
  assumed.on_unknown = OnUnknown::match;
  EXPECT_EQ(truth(belief(no(assumed), {Belief::unknown()})), 'f');
  assumed.on_unknown = OnUnknown::no_match;
  EXPECT_EQ(truth(belief(no(assumed), {Belief::unknown()})), 't');
  assumed.on_unknown = OnUnknown::keep;
  EXPECT_EQ(truth(belief(no(assumed), {Belief::unknown()})), 'u');
}

TEST(Belief, ConfidencesAreTheMeanTheMaximumAndOne) {
  const std::vector<Belief> signals{Belief::match(0.3), Belief::match(0.8)};
  EXPECT_DOUBLE_EQ(belief(all({leaf(0), leaf(1)}), signals).low, 0.55);
  EXPECT_DOUBLE_EQ(belief(any({leaf(0), leaf(1)}), signals).low, 0.8);
  EXPECT_DOUBLE_EQ(belief(no(leaf(0)), {Belief::miss()}).low, 1.0);
  EXPECT_TRUE(belief(all({}), {}).surely_matches());
  EXPECT_DOUBLE_EQ(belief(all({}), {}).high, 0.0);
  EXPECT_TRUE(belief(any({}), {}).surely_misses());
}

TEST(Belief, AnOpenChildInFrontOfAnEqualMatchCouldTakeItsRules) {
  const std::vector<Belief> signals{Belief::match(1), Belief::open()};
  EXPECT_TRUE(belief(any({leaf(0), leaf(1)}), signals).settled);
  EXPECT_FALSE(belief(any({leaf(1), leaf(0)}), signals).settled);
}

TEST(Belief, AMissSettlesAConjunctionAndAnyTruthSettlesANegation) {
  const std::vector<Belief> signals{Belief::miss(), Belief::open(), Belief::match(1)};
  EXPECT_TRUE(belief(all({leaf(1), leaf(0)}), signals).settled);
  EXPECT_TRUE(belief(no(any({leaf(1), leaf(2)})), signals).settled);
}

// Every tree of two operators over two children over two signals, with every state of knowledge.
TEST(Belief, SettledIsSoundExhaustively) {
  std::vector<Tree> small{leaf(0), leaf(1), no(leaf(0)), no(leaf(1)), all({}), any({})};
  const std::vector<Tree> base = small;
  for (const Tree& a : base) {
    for (const Tree& b : base) small.push_back(all({a, b})), small.push_back(any({a, b}));
  }
  std::vector<Belief> values = known_values();
  values.push_back(Belief::open());
  for (const Tree& a : small) {
    for (const Tree& b : small) {
      for (const Belief& x : values) {
        for (const Belief& y : values) {
          expect_sound(all({a, b}), {x, y}, "AND");
          expect_sound(any({a, b}), {x, y}, "OR");
        }
      }
    }
    if (HasFatalFailure()) return;
  }
}

TEST(Belief, SettledIsSoundOnRandomTrees) {
  int settled_early = 0;
  for (unsigned seed = 0; seed < 20000 && !HasFatalFailure(); ++seed) {
    Random random(seed);
    const Tree tree = random.tree(4);
    const std::vector<Belief> signals = random.signals();
    expect_sound(tree, signals, "seed " + std::to_string(seed));
    const bool open = std::any_of(signals.begin(), signals.end(), [](const Belief& b) { return !b.settled; });
    settled_early += open && belief(tree, signals).settled;
  }
  EXPECT_GT(settled_early, 1000);
}

// Knowing more never widens a belief, and never takes "settled" back.
TEST(Belief, RefinementIsMonotone) {
  for (unsigned seed = 0; seed < 20000 && !HasFatalFailure(); ++seed) {
    Random random(seed);
    const Tree tree = random.tree(4);
    std::vector<Belief> signals = random.signals();
    Belief before = belief(tree, signals);
    for (Belief& signal : signals) {
      if (signal.settled) continue;
      signal = known_values()[static_cast<std::size_t>(random.below(5))];
      const Belief after = belief(tree, signals);
      ASSERT_LE(after.can_match, before.can_match) << "seed " << seed;
      ASSERT_LE(after.can_miss, before.can_miss) << "seed " << seed;
      ASSERT_LE(after.can_be_unknown, before.can_be_unknown) << "seed " << seed;
      ASSERT_GE(after.settled, before.settled) << "seed " << seed;
      if (after.can_match) {
        ASSERT_GE(after.low, before.low) << "seed " << seed;
        ASSERT_LE(after.high, before.high) << "seed " << seed;
      }
      before = after;
    }
    ASSERT_TRUE(before.settled) << "seed " << seed;
  }
}

}  // namespace
}  // namespace signalbox::decision
