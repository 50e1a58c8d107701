#include "gateway/name_cache.h"

#include <gmock/gmock.h>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;

// Answers when the test says so.
class ScriptedLookup final : public NameLookup {
 public:
  void start(const std::string& host, std::function<void(Result)> done) override {
    asked.push_back(host);
    pending.push_back(std::move(done));
  }
  void answer(std::initializer_list<const char*> addresses, std::chrono::seconds ttl) {
    Result result;
    for (const char* text : addresses) result.addresses.push_back(make_address(text));
    result.ttl = ttl;
    finish(std::move(result));
  }
  void fail(std::string error) {
    Result result;
    result.error = std::move(error);
    finish(std::move(result));
  }
  std::vector<std::string> asked;
  std::vector<std::function<void(Result)>> pending;

 private:
  void finish(Result result) {
    ASSERT_FALSE(pending.empty());
    auto done = std::move(pending.front());
    pending.erase(pending.begin());
    done(std::move(result));
  }
};

class NameCacheTest : public ::testing::Test {
 protected:
  // The first address known at once, or what came later ("" until it does).
  std::string get() {
    auto known = cache_->get(name_, [this](const NameLookup::Result& result) {
      later_ = result.addresses.empty() ? "error: " + result.error : result.addresses.front().to_string();
    });
    if (!known) return "later";
    return known->addresses.empty() ? "error: " + known->error : known->addresses.front().to_string();
  }
  std::shared_ptr<telemetry::ManualClock> clock_ = std::make_shared<telemetry::ManualClock>();
  std::shared_ptr<ScriptedLookup> lookup_ = std::make_shared<ScriptedLookup>();
  std::shared_ptr<NameCache> cache_ = std::make_shared<NameCache>(lookup_, clock_);
  std::shared_ptr<ResolvedName> name_ = cache_->name("backend.test");
  std::string later_;
};

TEST_F(NameCacheTest, OneLookUpForAllWhoAsk) {
  EXPECT_EQ(get(), "later");
  EXPECT_EQ(get(), "later");
  EXPECT_EQ(lookup_->asked.size(), 1u);
  lookup_->answer({"10.0.0.1"}, 30s);
  EXPECT_EQ(later_, "10.0.0.1");
  EXPECT_EQ(get(), "10.0.0.1");
  clock_->advance(29s);
  EXPECT_EQ(get(), "10.0.0.1");
  EXPECT_EQ(lookup_->asked.size(), 1u);
}

TEST_F(NameCacheTest, StaleIsServedWhileItIsRefreshed) {
  get();
  lookup_->answer({"10.0.0.1"}, 30s);
  clock_->advance(30s);
  EXPECT_EQ(get(), "10.0.0.1");
  EXPECT_EQ(lookup_->asked.size(), 2u);
  EXPECT_EQ(get(), "10.0.0.1");
  EXPECT_EQ(lookup_->asked.size(), 2u);
  lookup_->answer({"10.0.0.2"}, 30s);
  EXPECT_EQ(get(), "10.0.0.2");
}

TEST_F(NameCacheTest, TimeToLiveIsClamped) {
  get();
  lookup_->answer({"10.0.0.1"}, 0s);
  clock_->advance(999ms);
  cache_->keep_fresh(name_);
  EXPECT_EQ(lookup_->asked.size(), 1u);
  clock_->advance(1ms);
  cache_->keep_fresh(name_);
  EXPECT_EQ(lookup_->asked.size(), 2u);
  lookup_->answer({"10.0.0.1"}, 24h);
  clock_->advance(5min);
  cache_->keep_fresh(name_);
  EXPECT_EQ(lookup_->asked.size(), 3u);
}

TEST_F(NameCacheTest, FailuresAreRememberedShortly) {
  get();
  lookup_->fail("no such name");
  EXPECT_EQ(later_, "error: no such name");
  EXPECT_EQ(get(), "error: no such name");
  EXPECT_EQ(lookup_->asked.size(), 1u);
  clock_->advance(1s);
  EXPECT_EQ(get(), "later");
  lookup_->fail("no such name");
  clock_->advance(1900ms);
  EXPECT_EQ(get(), "error: no such name");  // two seconds this time
  clock_->advance(100ms);
  EXPECT_EQ(get(), "later");
}

// A name server that is down is no reason to drop backends that are up.
TEST_F(NameCacheTest, AFailedRefreshKeepsTheAddressesForAnHour) {
  get();
  lookup_->answer({"10.0.0.1"}, 10s);
  clock_->advance(10s);
  EXPECT_EQ(get(), "10.0.0.1");
  lookup_->fail("timed out");
  EXPECT_EQ(get(), "10.0.0.1");
  clock_->advance(1h);
  EXPECT_EQ(get(), "later");
  lookup_->fail("timed out");
  EXPECT_EQ(later_, "error: timed out");
}

TEST_F(NameCacheTest, GenerationTellsWhenAddressesChange) {
  get();
  lookup_->answer({"10.0.0.1", "10.0.0.2"}, 1s);
  const std::uint64_t first = name_->generation();
  EXPECT_TRUE(name_->holds(make_address("10.0.0.1")));
  clock_->advance(1s);
  cache_->keep_fresh(name_);
  lookup_->answer({"10.0.0.2", "10.0.0.1"}, 1s);  // turned around only
  EXPECT_EQ(name_->generation(), first);
  clock_->advance(1s);
  cache_->keep_fresh(name_);
  lookup_->answer({"10.0.0.2"}, 1s);
  EXPECT_NE(name_->generation(), first);
  EXPECT_FALSE(name_->holds(make_address("10.0.0.1")));
}

TEST_F(NameCacheTest, NamesAreSharedAndForgotten) {
  EXPECT_EQ(cache_->name("backend.test"), name_);
  std::weak_ptr<ResolvedName> gone = cache_->name("other.test");
  EXPECT_TRUE(gone.expired());
}

}  // namespace
}  // namespace signalbox::gateway
