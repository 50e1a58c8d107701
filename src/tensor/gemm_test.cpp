#include "tensor/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace signalbox::tensor {
namespace {

std::vector<float> numbers(std::int64_t count, int salt) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(std::sin(static_cast<float>(i * 7 + salt)));
  return values;
}

TEST(Gemm, IsTheDefinitionOnEitherSideTransposed) {
  const GemmShape s{13, 7, 29};
  const std::vector<float> a = numbers(s.m * s.k, 1), b = numbers(s.k * s.n, 2), before = numbers(s.m * s.n, 3);
  for (const Side a_side : {Side::plain, Side::transposed}) {
    for (const Side b_side : {Side::plain, Side::transposed}) {
      for (const float beta : {0.0F, 1.0F}) {
        std::vector<float> c = before;
        gemm(a_side, b_side, s, a.data(), b.data(), beta, c.data());
        for (std::int64_t i = 0; i < s.m; ++i) {
          for (std::int64_t j = 0; j < s.n; ++j) {
            const auto at = static_cast<std::size_t>(i * s.n + j);
            double sum = beta * before[at];
            for (std::int64_t l = 0; l < s.k; ++l) {
              const auto left = static_cast<std::size_t>(a_side == Side::plain ? i * s.k + l : l * s.m + i);
              const auto right = static_cast<std::size_t>(b_side == Side::plain ? l * s.n + j : j * s.k + l);
              sum += static_cast<double>(a[left]) * b[right];
            }
            ASSERT_NEAR(c[at], sum, 1e-4);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace signalbox::tensor
