// Shared steps: who takes part, what an error does, and that nobody waits for a thread that does not come.
#include "models/team.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <thread>
#include <vector>

#include "models/text_encoder.h"

namespace signalbox::models {
namespace {

EncoderConfig small() {
  EncoderConfig config;
  config.hidden = 16;
  config.heads = 1;
  config.intermediate = 16;
  config.positions = 8;
  return config;
}

// Helps a team from construction to destruction.
class Helper {
 public:
  explicit Helper(Team& team)
      : thread_([this, &team] {
          EncoderScratch scratch(small(), 8);
          while (!done_) team.help(scratch, [this] { return done_.load(); });
        }) {}
  ~Helper() {
    done_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

struct TeamTest : testing::Test {
  std::atomic<int> woken{0};
  Team team{[this] { ++woken; }};
  EncoderScratch own{small(), 8};
};

TEST_F(TeamTest, AloneTheLeaderDoesEverything) {
  std::vector<int> done(100, 0);
  team.lead(100, own, [&](std::int64_t item, EncoderScratch& scratch) {
    EXPECT_EQ(&scratch, &own);
    ++done[static_cast<std::size_t>(item)];
  });
  EXPECT_EQ(done, std::vector<int>(100, 1));
  EXPECT_FALSE(team.has_items());
}

TEST_F(TeamTest, OthersAreWokenOnlyForMoreThanOneItem) {
  team.lead(1, own, [](std::int64_t, EncoderScratch&) {});
  EXPECT_EQ(woken, 0);
  team.lead(2, own, [](std::int64_t, EncoderScratch&) {});
  EXPECT_EQ(woken, 1);
}

// Each item waits for the other two: they are done only when three threads take part.
TEST_F(TeamTest, ItemsRunAtOnceAndWithTheirThreadsScratch) {
  const Helper one(team), two(team);
  for (int step = 0; step < 100; ++step) {
    std::barrier together(3);
    std::vector<EncoderScratch*> used(3);
    team.lead(3, own, [&](std::int64_t item, EncoderScratch& scratch) {
      used[static_cast<std::size_t>(item)] = &scratch;
      together.arrive_and_wait();
    });
    EXPECT_NE(used[0], used[1]);
    EXPECT_NE(used[0], used[2]);
    EXPECT_NE(used[1], used[2]);
    EXPECT_EQ(std::ranges::count(used, &own), 1);
  }
}

// Every item once, and what a step wrote without a lock is seen in the next.
TEST_F(TeamTest, AStepSeesWhatTheLastOneWrote) {
  const Helper one(team), two(team);
  constexpr std::int64_t kItems = 64;
  std::vector<std::int64_t> now(kItems, 0), next(kItems, 0);
  for (std::int64_t step = 1; step <= 200; ++step) {
    team.lead(kItems, own, [&](std::int64_t item, EncoderScratch&) {
      const auto i = static_cast<std::size_t>(item);
      next[i] = now[(i + 1) % kItems] + 1;
    });
    std::swap(now, next);
    ASSERT_EQ(now, std::vector<std::int64_t>(kItems, step));
  }
}

TEST_F(TeamTest, AnErrorOfAHelperIsTheLeaders) {
  const Helper one(team);
  std::barrier together(2);
  EXPECT_THROW(team.lead(2, own,
                         [&](std::int64_t, EncoderScratch& scratch) {
                           together.arrive_and_wait();  // one item for each thread
                           if (&scratch != &own) throw std::runtime_error("a broken layer");
                         }),
               std::runtime_error);
  int done = 0;
  team.lead(1, own, [&](std::int64_t, EncoderScratch&) { ++done; });
  EXPECT_EQ(done, 1) << "and the next step is its own";
}

TEST_F(TeamTest, AHelperLeavesWhenItIsAskedTo) {
  EncoderScratch scratch(small(), 8);
  int asked = 0;
  team.help(scratch, [&] { return ++asked == 3; });
  EXPECT_EQ(asked, 3);
  team.help(scratch, [] { return false; });  // and when nothing comes
}

}  // namespace
}  // namespace signalbox::models
