#include "signals/prototype_bank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

namespace signalbox::signals {
namespace {

using testing::ElementsAre;
using Example = PrototypeBank::Example;

std::shared_ptr<const models::TextEmbedding> vector_of(std::vector<float> values) {
  auto embedding = std::make_shared<models::TextEmbedding>();
  embedding->values = std::move(values);
  return embedding;
}

// A unit vector in the plane, by its angle.
Example at(std::string text, double degrees) {
  const double radians = degrees * M_PI / 180.0;
  return {std::move(text), vector_of({static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))})};
}

std::vector<std::string> texts_of(const PrototypeBank& bank) {
  std::vector<std::string> texts;
  for (const Example& prototype : bank.prototypes()) texts.push_back(prototype.text);
  return texts;
}

// cos(25.8°) = 0.9: examples up to that far apart are neighbours.
TEST(PrototypeBank, KeepsTheMiddleOfEachGroup) {
  const PrototypeBank bank({at("a", 0), at("b", 10), at("c", 20), at("far", 90)}, {});
  EXPECT_THAT(texts_of(bank), ElementsAre("b", "far"));
}

TEST(PrototypeBank, TheLargestGroupsComeFirst) {
  const PrototypeBank bank({at("lonely", 180), at("x1", 90), at("x2", 91), at("y1", 0), at("y2", 1), at("y3", 2)},
                           {.max_prototypes = 2});
  EXPECT_THAT(texts_of(bank), ElementsAre("y2", "x1"));
}

// Both groups have two members; the tighter one comes first.
TEST(PrototypeBank, OfEquallyLargeGroupsTheTightestComesFirst) {
  const PrototypeBank bank({at("a1", 0), at("a2", 20), at("b1", 90), at("b2", 92)}, {});
  EXPECT_THAT(texts_of(bank), ElementsAre("b1", "a1"));
}

// a and c are 40° apart and no neighbours, yet both are b's: the seed with the most neighbours takes them.
TEST(PrototypeBank, TheSeedWithTheMostNeighboursTakesThem) {
  const PrototypeBank bank({at("a", 0), at("b", 20), at("c", 40)}, {});
  EXPECT_THAT(texts_of(bank), ElementsAre("b"));
}

// Bounds are inclusive: equal vectors have similarity 1 and are neighbours at a threshold of 1.
TEST(PrototypeBank, EqualTextsCountOnce) {
  const PrototypeBank bank({at("same", 0), at("same", 0), at("other", 0)}, {.enabled = false});
  EXPECT_THAT(texts_of(bank), ElementsAre("other", "same"));
}

TEST(PrototypeBank, WithoutClusteringEveryExampleStays) {
  std::vector<Example> many;
  for (int i = 0; i < 20; ++i) many.push_back(at("text" + std::to_string(i), 0.1 * i));
  EXPECT_EQ(PrototypeBank(many, {.enabled = false}).prototypes().size(), 20U);
  EXPECT_EQ(PrototypeBank(many, {}).prototypes().size(), 1U);
}

// By hand: similarities of 0° to 10°, 60°, 90° are .98481, .5, 0.
TEST(PrototypeBank, BlendsTheBestAndTheMeanOfTheBestTwo) {
  const PrototypeBank bank({at("near", 10), at("off", 60), at("away", 90)}, {});
  const std::vector<float> query{1.0F, 0.0F};
  const PrototypeScore score = bank.score(query, {.best_weight = 0.75, .top_m = 2});
  EXPECT_NEAR(score.best, 0.984808, 1e-6);
  EXPECT_NEAR(score.support, 0.742404, 1e-6);
  EXPECT_NEAR(score.score, 0.75 * 0.984808 + 0.25 * 0.742404, 1e-6);
  EXPECT_EQ(bank.prototypes()[score.nearest].text, "near");
}

TEST(PrototypeBank, TheMeanIsThatOfAllPrototypes) {
  const PrototypeBank bank({at("near", 10), at("off", 60), at("away", 90)}, {});
  const std::vector<float> query{1.0F, 0.0F};
  EXPECT_NEAR(bank.score(query, {.best_weight = 0, .top_m = 0}).score, (0.984808 + 0.5 + 0.0) / 3, 1e-6);
}

TEST(PrototypeBank, AWeightOfOneIsTheMaximum) {
  const PrototypeBank bank({at("near", 10), at("off", 60), at("away", 90)}, {.enabled = false});
  EXPECT_NEAR(bank.score(std::vector<float>{1.0F, 0.0F}, {.best_weight = 1, .top_m = 2}).score, 0.984808, 1e-6);
}

TEST(PrototypeBank, FewerPrototypesThanTheSupportWants) {
  const PrototypeBank bank({at("only", 60)}, {});
  const PrototypeScore score = bank.score(std::vector<float>{1.0F, 0.0F}, {.best_weight = 0.75, .top_m = 5});
  EXPECT_NEAR(score.score, 0.5, 1e-6);
}

// ---- against a slow twin, on random examples ------------------------------------------------------------------------

double likeness(const Example& a, const Example& b) {
  return a.text == b.text ? 1.0 : dot(a.vector->values, b.vector->values);
}

// The description in the header, word by word, without any sharing of work.
std::vector<std::string> twin(std::vector<Example> examples, double threshold, std::size_t most) {
  std::map<std::string, Example> left;
  for (const Example& example : examples) left.emplace(example.text, example);
  struct Group {
    std::string medoid;
    std::size_t size;
    double tightness;
  };
  std::vector<Group> groups;
  while (!left.empty()) {
    std::set<std::string> best;
    for (const auto& [seed, example] : left) {
      std::set<std::string> near{seed};
      for (const auto& [other, its] : left) {
        if (likeness(example, its) >= threshold) near.insert(other);
      }
      if (near.size() > best.size()) best = near;
    }
    Group group{"", best.size(), -2};
    for (const std::string& member : best) {
      double sum = 0;
      for (const std::string& other : best) sum += likeness(left.at(member), left.at(other));
      const double mean = sum / static_cast<double>(best.size());
      if (mean > group.tightness) group = {member, best.size(), mean};
    }
    for (const std::string& member : best) left.erase(member);
    groups.push_back(group);
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::tuple(-static_cast<double>(a.size), -a.tightness, a.medoid) <
           std::tuple(-static_cast<double>(b.size), -b.tightness, b.medoid);
  });
  std::vector<std::string> texts;
  for (const Group& group : groups) {
    if (texts.size() < most) texts.push_back(group.medoid);
  }
  return texts;
}

std::vector<Example> random_examples(std::mt19937& random, std::size_t count, std::size_t dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> centre(dimension);
  std::vector<Example> examples;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 4 == 0) {
      for (float& x : centre) x = normal(random);
    }
    std::vector<float> values(dimension);
    double square = 0;
    for (std::size_t d = 0; d < dimension; ++d) {
      values[d] = centre[d] + 0.35F * normal(random);
      square += static_cast<double>(values[d]) * values[d];
    }
    for (float& x : values) x = static_cast<float>(x / std::sqrt(square));
    examples.push_back({"text " + std::to_string(random() % 1000), vector_of(std::move(values))});
  }
  return examples;
}

// Of equal texts the first one counts, so each text has one vector here.
std::vector<Example> distinct(std::vector<Example> examples) {
  std::set<std::string> seen;
  std::erase_if(examples, [&](const Example& example) { return !seen.insert(example.text).second; });
  return examples;
}

TEST(PrototypeBankProperty, EqualsItsSlowTwin) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const auto examples = distinct(random_examples(random, 1 + random() % 24, 6));
    const double threshold = 0.5 + 0.05 * static_cast<double>(random() % 10);
    const PrototypeBank bank(examples, {.cluster_similarity = threshold, .max_prototypes = 5});
    EXPECT_EQ(texts_of(bank), twin(examples, threshold, 5)) << "round " << round;
  }
}

TEST(PrototypeBankProperty, TheOrderOfExamplesChangesNothing) {
  std::mt19937 random(11);
  for (int round = 0; round < 100; ++round) {
    auto examples = distinct(random_examples(random, 1 + random() % 24, 6));
    const std::vector<float> query = examples.front().vector->values;
    const PrototypeBank bank(examples, {});
    const PrototypeScore score = bank.score(query, {});
    std::shuffle(examples.begin(), examples.end(), random);
    const PrototypeBank shuffled(examples, {});
    EXPECT_EQ(texts_of(bank), texts_of(shuffled));
    EXPECT_EQ(score.score, shuffled.score(query, {}).score);  // to the last digit
  }
}

TEST(PrototypeBankProperty, TheScoreLiesBetweenSupportAndBest) {
  std::mt19937 random(13);
  for (int round = 0; round < 200; ++round) {
    const PrototypeBank bank(random_examples(random, 1 + random() % 24, 6), {});
    const auto query = random_examples(random, 1, 6).front().vector->values;
    const PrototypeScore score = bank.score(query, {});
    EXPECT_LE(score.support, score.best);
    EXPECT_LE(score.score, score.best);
    EXPECT_GE(score.score, score.support);
  }
}

}  // namespace
}  // namespace signalbox::signals
