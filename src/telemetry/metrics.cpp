#include "telemetry/metrics.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace signalbox::telemetry {
namespace {

void check_name(std::string_view name) {
  auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':'; };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  bool good = !name.empty() && word(name[0]) &&
              std::all_of(name.begin(), name.end(), [&](char c) { return word(c) || digit(c); });
  if (!good) throw std::invalid_argument(fmt::format("invalid metric or label name '{}'", name));
}

std::string number(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "+Inf" : "-Inf";
  if (std::abs(v) < 1e15 && v == std::floor(v)) return fmt::format("{:.0f}", v);
  return fmt::format("{}", v);
}

void escape(std::string& out, std::string_view text, bool quotes) {
  for (char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

// {a="1",le="0.5"}; `le` is left out when empty.
std::string label_set(const std::vector<std::string>& names, const std::vector<std::string>& values,
                      std::string_view le = {}) {
  if (names.empty() && le.empty()) return {};
  std::string out = "{";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ',';
    out += names[i];
    out += "=\"";
    escape(out, values[i], true);
    out += '"';
  }
  if (!le.empty()) fmt::format_to(std::back_inserter(out), "{}le=\"{}\"", names.empty() ? "" : ",", le);
  out += '}';
  return out;
}

void render_header(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  fmt::format_to(std::back_inserter(out), "# HELP {} ", name);
  escape(out, help, false);
  fmt::format_to(std::back_inserter(out), "\n# TYPE {} {}\n", name, type);
}

constexpr std::string_view type_name(const Counter*) {
  return "counter";
}
constexpr std::string_view type_name(const Gauge*) {
  return "gauge";
}
constexpr std::string_view type_name(const Histogram*) {
  return "histogram";
}

template <class M>
void render_series(std::string& out, const std::string& name, const std::vector<std::string>& labels,
                   const std::vector<std::string>& values, const M& metric) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, label_set(labels, values), number(metric.value()));
}

void render_series(std::string& out, const std::string& name, const std::vector<std::string>& labels,
                   const std::vector<std::string>& values, const Histogram& metric) {
  auto snapshot = metric.snapshot();
  auto sink = std::back_inserter(out);
  for (std::size_t i = 0; i < snapshot.cumulative.size(); ++i) {
    std::string le = i < metric.bounds().size() ? number(metric.bounds()[i]) : "+Inf";
    fmt::format_to(sink, "{}_bucket{} {}\n", name, label_set(labels, values, le), snapshot.cumulative[i]);
  }
  std::string set = label_set(labels, values);
  fmt::format_to(sink, "{}_sum{} {}\n{}_count{} {}\n", name, set, number(snapshot.sum), name, set,
                 snapshot.cumulative.back());
}

// A gauge that is read when it is scraped.
class CallbackGauge final : public FamilyBase {
 public:
  CallbackGauge(std::string name, std::string help, std::function<double()> read)
      : FamilyBase(std::move(name), std::move(help), {}, 1), read_(std::move(read)) {}
  void render(std::string& out) const override {
    render_header(out, name_, help_, "gauge");
    fmt::format_to(std::back_inserter(out), "{} {}\n", name_, number(read_()));
  }

 private:
  std::function<double()> read_;
};

}  // namespace

std::size_t metric_shard() {
  // Thread descriptors lie pages apart; the multiplication spreads what differs into the top bits.
  auto self = static_cast<std::uint64_t>(pthread_self());
  return static_cast<std::size_t>(((self >> 12) * 0x9E3779B97F4A7C15ull) >> 61);
}
static_assert(kMetricShards == 8, "metric_shard() yields three bits");

double Counter::value() const {
  double total = 0;
  for (const Shard& shard : shards_) total += shard.value.load(std::memory_order_relaxed);
  return total;
}

Histogram::Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)) {
  bool finite = std::all_of(bounds_.begin(), bounds_.end(), [](double b) { return std::isfinite(b); });
  if (!finite || !std::is_sorted(bounds_.begin(), bounds_.end(), std::less_equal<double>())) {
    throw std::invalid_argument("histogram bounds must be finite and ascending");
  }
  for (Shard& shard : shards_) shard.buckets = std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1);
}

void Histogram::observe(double v) {
  // A NaN is larger than no bound and would poison the sum for good; it is dropped.
  if (std::isnan(v)) return;
  Shard& shard = shards_[metric_shard()];
  auto bucket = static_cast<std::size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), v) - bounds_.begin());
  shard.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  shard.sum.fetch_add(v, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
  Snapshot out;
  out.cumulative.assign(bounds_.size() + 1, 0);
  for (const Shard& shard : shards_) {
    for (std::size_t i = 0; i < out.cumulative.size(); ++i) {
      out.cumulative[i] += shard.buckets[i].load(std::memory_order_relaxed);
    }
    out.sum += shard.sum.load(std::memory_order_relaxed);
  }
  for (std::size_t i = 1; i < out.cumulative.size(); ++i) out.cumulative[i] += out.cumulative[i - 1];
  return out;
}

std::vector<double> latency_buckets() {
  return {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
          0.1,     0.25,   0.5,     1,      2.5,   5,      10,    30,   60};
}

template <class M>
M& Family<M>::with(std::span<const std::string_view> values) {
  if (values.size() != labels_.size()) {
    throw std::invalid_argument(fmt::format("metric {} has {} labels, not {}", name_, labels_.size(), values.size()));
  }
  {
    std::shared_lock lock(mutex_);
    if (auto it = series_.find(values); it != series_.end()) return *it->second;
  }
  Values key(values.begin(), values.end());
  std::unique_lock lock(mutex_);
  if (series_.size() >= cap_ && !series_.contains(key)) key.assign(labels_.size(), "other");
  auto& slot = series_[std::move(key)];
  if (!slot) slot = factory_();
  return *slot;
}

template <class M>
void Family<M>::render(std::string& out) const {
  std::shared_lock lock(mutex_);
  if (series_.empty()) return;
  render_header(out, name_, help_, type_name(static_cast<const M*>(nullptr)));
  for (const auto& [values, metric] : series_) render_series(out, name_, labels_, values, *metric);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

template <class M>
Family<M>& Registry::add(const std::string& name, const std::string& help, std::vector<std::string> labels,
                         std::size_t cap, typename Family<M>::Factory factory) {
  check_name(name);
  for (const std::string& label : labels) check_name(label);
  std::lock_guard lock(mutex_);
  auto& slot = families_[name];
  if (!slot) slot = std::make_unique<Family<M>>(name, help, labels, cap, std::move(factory));
  auto* family = dynamic_cast<Family<M>*>(slot.get());
  bool same = family != nullptr && labels == family->labels();
  if (!same) throw std::invalid_argument(fmt::format("metric {} is already registered in another form", name));
  return *family;
}

Family<Counter>& Registry::counter(const std::string& name, const std::string& help, std::vector<std::string> labels,
                                   std::size_t cap) {
  return add<Counter>(name, help, std::move(labels), cap, [] { return std::make_unique<Counter>(); });
}

Family<Gauge>& Registry::gauge(const std::string& name, const std::string& help, std::vector<std::string> labels,
                               std::size_t cap) {
  return add<Gauge>(name, help, std::move(labels), cap, [] { return std::make_unique<Gauge>(); });
}

Family<Histogram>& Registry::histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                                       std::vector<std::string> labels, std::size_t cap) {
  Histogram probe(bounds);  // bad bounds fail here, at start-up, not at the first use of a label
  return add<Histogram>(name, help, std::move(labels), cap,
                        [bounds = std::move(bounds)] { return std::make_unique<Histogram>(bounds); });
}

void Registry::gauge_callback(const std::string& name, const std::string& help, std::function<double()> read) {
  check_name(name);
  std::lock_guard lock(mutex_);
  if (families_.contains(name)) throw std::invalid_argument(fmt::format("metric {} is already registered", name));
  families_[name] = std::make_unique<CallbackGauge>(name, help, std::move(read));
}

std::string Registry::text() const {
  std::string out;
  std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) family->render(out);
  return out;
}

}  // namespace signalbox::telemetry
