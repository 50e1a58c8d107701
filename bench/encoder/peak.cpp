#include "peak.h"

#include <immintrin.h>

#include <algorithm>
#include <chrono>

namespace signalbox::bench {
namespace {

constexpr long kTurns = 4'000'000;
constexpr int kChains = 10;  // more than latency times throughput, fewer than there are registers

__attribute__((target("avx512f"))) double run_512() {
  __m512 a[kChains];
  for (__m512& x : a) x = _mm512_set1_ps(1);
  const __m512 by = _mm512_set1_ps(0.999F), plus = _mm512_set1_ps(0.001F);
  for (long i = 0; i < kTurns; ++i) {
    for (__m512& x : a) {
      x = _mm512_fmadd_ps(x, by, plus);
      asm volatile("" : "+v"(x));  // it stays in its register and is not computed ahead
    }
  }
  return 2.0 * 16 * kChains * kTurns;
}

__attribute__((target("avx2,fma"))) double run_256() {
  __m256 a[kChains];
  for (__m256& x : a) x = _mm256_set1_ps(1);
  const __m256 by = _mm256_set1_ps(0.999F), plus = _mm256_set1_ps(0.001F);
  for (long i = 0; i < kTurns; ++i) {
    for (__m256& x : a) {
      x = _mm256_fmadd_ps(x, by, plus);
      asm volatile("" : "+v"(x));
    }
  }
  return 2.0 * 8 * kChains * kTurns;
}

}  // namespace

double peak_gflops() {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
  double best = 0;
  for (int turn = 0; turn < 20; ++turn) {
    const auto start = std::chrono::steady_clock::now();
    const double flops = __builtin_cpu_supports("avx512f") ? run_512() : run_256();
    best = std::max(best,
                    flops / std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

}  // namespace signalbox::bench
