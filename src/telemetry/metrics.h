// Counters, gauges and histograms, and their Prometheus text (exposition format 0.0.4).
//
// Promises: an increment takes no lock and touches a cache line of its thread's shard; a series, once handed out, lives
// as long as the registry, so callers resolve their handles once and keep references; the number of series of a metric
// is bounded: above its cap every further label set lands in one series whose labels all say "other".
// Families are registered at start-up (a clash of names throws); everything else may be called from any thread.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::telemetry {

// Hot values are spread over shards so that threads do not fight for a line.
constexpr std::size_t kMetricShards = 8;
std::size_t metric_shard();

// Only goes up. Amounts may be fractional (cost, seconds).
class Counter {
 public:
  void increment(double by = 1) { shards_[metric_shard()].value.fetch_add(by, std::memory_order_relaxed); }
  double value() const;

 private:
  struct alignas(64) Shard {
    std::atomic<double> value{0};
  };
  std::array<Shard, kMetricShards> shards_;
};

class Gauge {
 public:
  void set(double v) { value_.store(v, std::memory_order_relaxed); }
  void add(double by) { value_.fetch_add(by, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

class Histogram {
 public:
  // `bounds`: upper bounds (inclusive), ascending, finite; +Inf is added.
  explicit Histogram(std::vector<double> bounds);
  void observe(double v);

  struct Snapshot {
    std::vector<std::uint64_t> cumulative;  // one per bound, then +Inf
    double sum = 0;
  };
  Snapshot snapshot() const;
  const std::vector<double>& bounds() const { return bounds_; }

 private:
  struct alignas(64) Shard {
    std::unique_ptr<std::atomic<std::uint64_t>[]> buckets;
    std::atomic<double> sum{0};
  };
  std::vector<double> bounds_;
  std::array<Shard, kMetricShards> shards_;
};

// Seconds, from 50 µs to a minute.
std::vector<double> latency_buckets();

class FamilyBase {
 public:
  FamilyBase(std::string name, std::string help, std::vector<std::string> labels, std::size_t cap)
      : name_(std::move(name)), help_(std::move(help)), labels_(std::move(labels)), cap_(cap) {}
  virtual ~FamilyBase() = default;
  virtual void render(std::string& out) const = 0;
  const std::string& name() const { return name_; }
  const std::vector<std::string>& labels() const { return labels_; }

 protected:
  std::string name_, help_;
  std::vector<std::string> labels_;
  std::size_t cap_;
};

// All series of one metric. M is Counter, Gauge or Histogram.
template <class M>
class Family final : public FamilyBase {
 public:
  using Factory = std::function<std::unique_ptr<M>()>;
  Family(std::string name, std::string help, std::vector<std::string> labels, std::size_t cap, Factory factory)
      : FamilyBase(std::move(name), std::move(help), std::move(labels), cap), factory_(std::move(factory)) {}

  // The series of these label values, made on first use; throws std::invalid_argument on a wrong number of values.
  M& with(std::span<const std::string_view> values);
  M& with(std::initializer_list<std::string_view> values) { return with(std::span(values.begin(), values.size())); }
  M& get() { return with(std::span<const std::string_view>{}); }  // of a metric without labels
  void render(std::string& out) const override;

 private:
  using Values = std::vector<std::string>;
  struct ByValue {  // finds a series by views, without making strings of them
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    }
  };
  Factory factory_;
  mutable std::shared_mutex mutex_;
  std::map<Values, std::unique_ptr<M>, ByValue> series_;
};

// A series that is looked up on first use and held from then on: for label values that are known before they occur.
// Give the same family and values at each call. Any thread.
template <class M>
class HeldSeries {
 public:
  M& of(Family<M>& family, std::initializer_list<std::string_view> values) {
    M* series = held_.load(std::memory_order_acquire);
    if (series == nullptr) {
      series = &family.with(values);
      held_.store(series, std::memory_order_release);
    }
    return *series;
  }

 private:
  std::atomic<M*> held_{nullptr};
};

class Registry {
 public:
  static constexpr std::size_t kDefaultCap = 512;  // series per metric

  // Registering a name again with the same type and labels returns the same family.
  Family<Counter>& counter(const std::string& name, const std::string& help, std::vector<std::string> labels = {},
                           std::size_t cap = kDefaultCap);
  Family<Gauge>& gauge(const std::string& name, const std::string& help, std::vector<std::string> labels = {},
                       std::size_t cap = kDefaultCap);
  Family<Histogram>& histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                               std::vector<std::string> labels = {}, std::size_t cap = kDefaultCap);
  // A gauge without labels whose value is asked for at each scrape. `read` may be called from any thread.
  void gauge_callback(const std::string& name, const std::string& help, std::function<double()> read);

  // Every metric, sorted by name. Serve as kContentType.
  std::string text() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  template <class M>
  Family<M>& add(const std::string& name, const std::string& help, std::vector<std::string> labels, std::size_t cap,
                 typename Family<M>::Factory factory);
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<FamilyBase>> families_;
};

}  // namespace signalbox::telemetry
