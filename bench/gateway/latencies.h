// For the benchmark only: every latency is kept, so that percentiles are exact.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace signalbox::bench {

class Latencies {
 public:
  void add(std::uint64_t ns) { all_.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(ns, UINT32_MAX))); }
  std::size_t count() const { return all_.size(); }
  // The smallest recorded value that at least this share (0..1) of all values do not exceed; 0 without values.
  double percentile_us(double share) {
    if (all_.empty()) return 0;
    const double rank = std::ceil(share * static_cast<double>(all_.size()));
    const std::size_t at = std::min(all_.size(), static_cast<std::size_t>(std::max(rank, 1.0))) - 1;
    std::nth_element(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(at), all_.end());
    return all_[at] / 1000.0;
  }
  double mean_us() const {
    double sum = 0;
    for (const std::uint32_t ns : all_) sum += ns;
    return all_.empty() ? 0 : sum / static_cast<double>(all_.size()) / 1000.0;
  }

 private:
  std::vector<std::uint32_t> all_;  // nanoseconds, up to 4.29 s: what takes longer counts as that
};

}  // namespace signalbox::bench
