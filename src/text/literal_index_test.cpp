#include "text/literal_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

namespace signalbox::text {
namespace {

using Found = std::tuple<std::size_t, std::size_t, std::uint32_t>;  // begin, end, id

std::vector<Found> scanned(const LiteralIndex& index, std::string_view text) {
  std::vector<Found> found;
  std::size_t last = 0;
  index.scan(text, [&](std::uint32_t id, std::size_t begin, std::size_t end) {
    EXPECT_GE(begin, last) << "begins must not descend";
    last = begin;
    found.emplace_back(begin, end, id);
  });
  std::ranges::sort(found);
  return found;
}

std::vector<Found> searched(const std::vector<LiteralIndex::Needle>& needles, std::string_view text) {
  std::vector<Found> found;
  for (const LiteralIndex::Needle& needle : needles) {
    for (std::size_t at = text.find(needle.bytes); at != std::string_view::npos; at = text.find(needle.bytes, at + 1)) {
      found.emplace_back(at, at + needle.bytes.size(), needle.id);
    }
  }
  std::ranges::sort(found);
  return found;
}

class Random {
 public:
  std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(engine_); }
  // Few letters, so that needles share prefixes, overlap and occur.
  std::string word(std::size_t shortest, std::size_t longest) {
    std::string out(shortest + up_to(longest - shortest), 'a');
    for (char& c : out) c = "ab\xff"[up_to(2)];
    return out;
  }

 private:
  std::mt19937 engine_{20240229};
};

void equals_searching_each(std::size_t shortest, std::size_t longest) {
  Random random;
  for (int round = 0; round < 400; ++round) {
    std::vector<LiteralIndex::Needle> needles(1 + random.up_to(8));
    for (std::uint32_t id = 0; id < needles.size(); ++id) needles[id] = {random.word(shortest, longest), id};
    const LiteralIndex index(needles);
    for (int i = 0; i < 10; ++i) {
      const std::string text = random.word(0, 60);
      ASSERT_EQ(scanned(index, text), searched(needles, text)) << "round " << round;
    }
  }
}

TEST(LiteralIndex, FindsLongNeedlesAtEveryOffset) {
  equals_searching_each(4, 9);
}

TEST(LiteralIndex, FindsShortNeedlesBesideLongOnes) {
  equals_searching_each(1, 7);
}

TEST(LiteralIndex, FindsANeedleWhereverItStands) {
  const LiteralIndex index({{"tone", 0}, {"purchase order", 1}});
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string text = std::string(before, '.') + "tone" + std::string(after, '.');
      EXPECT_EQ(scanned(index, text), (std::vector<Found>{{before, before + 4, 0}})) << before << ' ' << after;
    }
  }
}

}  // namespace
}  // namespace signalbox::text
