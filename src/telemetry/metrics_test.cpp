#include "telemetry/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace signalbox::telemetry {
namespace {

TEST(Metrics, TextFormatGolden) {
  Registry registry;
  registry.counter("requests_total", "Requests by\nmodel and C:\\path.", {"model", "code"})
      .with({"a\"b\\c\nd", "200"})
      .increment(3);
  registry.gauge("in_flight", "Now.").get().set(-2.5);
  auto& latency = registry.histogram("latency_seconds", "Latency.", {0.1, 1}, {"route"}).with({"chat"});
  latency.observe(0.1);  // bounds are inclusive
  latency.observe(0.5);
  latency.observe(7);
  registry.gauge_callback("idle", "Read at scrape.", [] { return 42.0; });
  EXPECT_EQ(registry.text(),
            "# HELP idle Read at scrape.\n"
            "# TYPE idle gauge\n"
            "idle 42\n"
            "# HELP in_flight Now.\n"
            "# TYPE in_flight gauge\n"
            "in_flight -2.5\n"
            "# HELP latency_seconds Latency.\n"
            "# TYPE latency_seconds histogram\n"
            "latency_seconds_bucket{route=\"chat\",le=\"0.1\"} 1\n"
            "latency_seconds_bucket{route=\"chat\",le=\"1\"} 2\n"
            "latency_seconds_bucket{route=\"chat\",le=\"+Inf\"} 3\n"
            "latency_seconds_sum{route=\"chat\"} 7.6\n"
            "latency_seconds_count{route=\"chat\"} 3\n"
            "# HELP requests_total Requests by\\nmodel and C:\\\\path.\n"
            "# TYPE requests_total counter\n"
            "requests_total{model=\"a\\\"b\\\\c\\nd\",code=\"200\"} 3\n");
}

TEST(Metrics, FamilyWithoutSeriesIsNotShown) {
  Registry registry;
  registry.counter("never_total", "Never.", {"x"});
  EXPECT_EQ(registry.text(), "");
}

TEST(Metrics, LabelCapSendsTheRestToOther) {
  Registry registry;
  auto& family = registry.counter("by_user_total", "Hostile label.", {"user"}, 3);
  for (int i = 0; i < 1000; ++i) family.with({std::to_string(i)}).increment();
  family.with({"1"}).increment();  // a known one is still its own
  std::string text = registry.text();
  EXPECT_NE(text.find("by_user_total{user=\"1\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("by_user_total{user=\"other\"} 997\n"), std::string::npos);
  EXPECT_EQ(text.find("user=\"3\""), std::string::npos);
}

TEST(Metrics, RegisteringAgainReturnsTheSameFamily) {
  Registry registry;
  auto& a = registry.counter("n_total", "N.", {"x"});
  auto& b = registry.counter("n_total", "N.", {"x"});
  EXPECT_EQ(&a, &b);
  EXPECT_EQ(&a.with({"1"}), &b.with({"1"}));
}

TEST(Metrics, ClashesAndBadNamesThrow) {
  Registry registry;
  registry.counter("n_total", "N.", {"x"});
  EXPECT_THROW(registry.gauge("n_total", "N.", {"x"}), std::invalid_argument);
  EXPECT_THROW(registry.counter("n_total", "N.", {"y"}), std::invalid_argument);
  EXPECT_THROW(registry.counter("n_total", "N."), std::invalid_argument);
  EXPECT_THROW(registry.counter("9lives", "N."), std::invalid_argument);
  EXPECT_THROW(registry.counter("", "N."), std::invalid_argument);
  EXPECT_THROW(registry.counter("a", "N.", {"has space"}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("h", "H.", {2, 1}), std::invalid_argument);
  EXPECT_THROW(registry.counter("n_total", "N.", {"x"}).with({"1", "2"}), std::invalid_argument);
}

TEST(Metrics, SpecialValues) {
  Registry registry;
  auto& gauge = registry.gauge("g", "G.").get();
  gauge.set(std::nan(""));
  EXPECT_NE(registry.text().find("g NaN\n"), std::string::npos);
  gauge.set(-std::numeric_limits<double>::infinity());
  EXPECT_NE(registry.text().find("g -Inf\n"), std::string::npos);
  gauge.set(0.0001);
  EXPECT_NE(registry.text().find("g 0.0001\n"), std::string::npos);
}

TEST(Metrics, NaNDoesNotPoisonAHistogram) {
  Histogram histogram({1});
  histogram.observe(std::nan(""));
  histogram.observe(0.5);
  EXPECT_EQ(histogram.snapshot().sum, 0.5);
  EXPECT_EQ(histogram.snapshot().cumulative, (std::vector<std::uint64_t>{1, 1}));
}

TEST(Metrics, NothingIsLostBetweenThreads) {
  Registry registry;
  auto& family = registry.counter("n_total", "N.", {"k"});
  auto& histogram = registry.histogram("h", "H.", {1, 2}).get();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5000; ++i) {
        family.with({std::to_string(i % 3)}).increment();
        histogram.observe(t);
        if (i % 1000 == 0) (void)registry.text();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(family.with({"0"}).value() + family.with({"1"}).value() + family.with({"2"}).value(), 20000);
  EXPECT_EQ(histogram.snapshot().cumulative, (std::vector<std::uint64_t>{10000, 15000, 20000}));
  EXPECT_EQ(histogram.snapshot().sum, 30000);
}

}  // namespace
}  // namespace signalbox::telemetry
