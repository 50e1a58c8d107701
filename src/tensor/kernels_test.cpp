// The vector kernels against their scalar twins, for sizes that fill vectors, leave tails and span several tiles, on
// every instruction set that this processor and this build share.
#include "tensor/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tensor/buffer.h"

namespace signalbox::tensor {
namespace {

std::vector<float> random_floats(std::size_t n, float spread = 1) {
  std::mt19937 engine(static_cast<std::uint32_t>(n) + 5);
  std::normal_distribution<float> normal(0.1F, spread);
  std::vector<float> floats(n);
  for (float& x : floats) x = normal(engine);
  return floats;
}

void expect_close(const std::vector<float>& ours, const std::vector<float>& theirs, double relative, const char* what) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    difference += (ours[i] - theirs[i]) * static_cast<double>(ours[i] - theirs[i]);
    norm += static_cast<double>(theirs[i]) * theirs[i];
  }
  EXPECT_LE(std::sqrt(difference / norm), relative) << what;
}

std::string name_of(const Kernels& kernels) {
  return std::string(kernels.name);
}

class KernelSizes : public testing::TestWithParam<std::tuple<Kernels, std::int64_t>> {
 protected:
  const Kernels& kernels = std::get<0>(GetParam());
  const std::int64_t n = std::get<1>(GetParam());
};

TEST_P(KernelSizes, LayerNorm) {
  const auto size = static_cast<std::size_t>(n);
  std::vector<float> a = random_floats(3 * size, 2), b = a;
  const std::vector<float> gain = random_floats(size), shift = random_floats(size + 1);
  kernels.layer_norm(a.data(), 3, n, gain.data(), shift.data(), 1e-5F);
  scalar_kernels().layer_norm(b.data(), 3, n, gain.data(), shift.data(), 1e-5F);
  expect_close(a, b, 1e-6, "layer_norm");
}

TEST_P(KernelSizes, QuantisedBytesAreTheSame) {
  const auto size = static_cast<std::size_t>(n);
  std::vector<float> x = random_floats(4 * size, 2);
  std::fill_n(x.begin() + n, n, 0.0F);                                                // a row of zeros
  std::for_each(x.begin() + 2 * n, x.begin() + 3 * n, [](float& v) { v = -v * v; });  // and one below zero
  for (const int steps : {127, 255}) {
    std::vector<std::uint8_t> a(4 * size), b(4 * size);
    std::vector<float> scales(4), other_scales(4);
    std::vector<std::int32_t> zeros(4), other_zeros(4);
    kernels.quantize.quantize(x.data(), 4, n, steps, {a.data(), scales.data(), zeros.data()});
    scalar_kernels().quantize.quantize(x.data(), 4, n, steps, {b.data(), other_scales.data(), other_zeros.data()});
    EXPECT_EQ(a, b);
    EXPECT_EQ(scales, other_scales);
    EXPECT_EQ(zeros, other_zeros);
    EXPECT_EQ(scales[1], 0);
    EXPECT_EQ(zeros[2], steps);
    EXPECT_LE(*std::max_element(a.begin(), a.end()), steps);
    for (std::size_t i = 0; i < a.size(); ++i) {  // at most half a step off, a whole one where the range ends
      const std::size_t row = i / size;
      EXPECT_NEAR(static_cast<float>(a[i] - zeros[row]) * scales[row], x[i], 1.001F * scales[row]);
    }
  }
}

TEST_P(KernelSizes, DequantisesWithEveryEpilogue) {
  const auto size = static_cast<std::size_t>(n);
  std::vector<std::int32_t> sums(3 * size), weight_sums(size);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<std::int32_t>(i * 7919 % 20011) - 9000;
  for (std::size_t i = 0; i < size; ++i) weight_sums[i] = static_cast<std::int32_t>(i * 104729 % 2003) - 1000;
  const std::vector<std::int32_t> zeros{0, 64, 255};
  const std::vector<float> rows{1e-3F, 0, 5e-6F}, columns = random_floats(size), bias = random_floats(size + 1);
  for (const Epilogue epilogue :
       {Epilogue::none, Epilogue::gelu_erf, Epilogue::gelu_tanh, Epilogue::quick_gelu, Epilogue::relu, Epilogue::add}) {
    const IntegerSums task{sums.data(),        rows.data(), zeros.data(), columns.data(),
                           weight_sums.data(), bias.data(), epilogue};
    std::vector<float> a = random_floats(3 * size), b = a;
    kernels.quantize.dequantize(task, 3, n, a.data());
    scalar_kernels().quantize.dequantize(task, 3, n, b.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(a[i], b[i], 1e-5 * (1 + std::abs(b[i]))) << i << " " << static_cast<int>(epilogue);
    }
  }
}

TEST_P(KernelSizes, PoolingDotAndSums) {
  const auto size = static_cast<std::size_t>(n);
  const std::vector<float> x = random_floats(5 * (size + 3)), y = random_floats(size + 9);
  std::vector<float> a(size), b(size);
  kernels.mean_rows(x.data(), 5, n, n + 3, a.data());
  scalar_kernels().mean_rows(x.data(), 5, n, n + 3, b.data());
  expect_close(a, b, 1e-6, "mean_rows");
  EXPECT_NEAR(kernels.dot(x.data(), y.data(), n), scalar_kernels().dot(x.data(), y.data(), n),
              1e-5 * static_cast<double>(n));
  kernels.l2_normalize(a.data(), n);
  scalar_kernels().l2_normalize(b.data(), n);
  expect_close(a, b, 1e-6, "l2_normalize");
  std::vector<float> c(size), d(size);
  kernels.add3(x.data(), y.data(), x.data() + 2, n, c.data());
  scalar_kernels().add3(x.data(), y.data(), x.data() + 2, n, d.data());
  EXPECT_EQ(c, d);
}

TEST_P(KernelSizes, RmsNorm) {
  const auto size = static_cast<std::size_t>(n);
  std::vector<float> a = random_floats(3 * size, 2), b = a;
  const std::vector<float> gain = random_floats(size);
  kernels.rms_norm(a.data(), 3, n, gain.data(), 1e-3F);
  scalar_kernels().rms_norm(b.data(), 3, n, gain.data(), 1e-3F);
  expect_close(a, b, 1e-6, "rms_norm");
}

TEST_P(KernelSizes, RotatesHalvesOfHeads) {
  const auto size = static_cast<std::size_t>(n);
  std::vector<float> a = random_floats(3 * 2 * size), b = a, cosines, sines;
  for (std::size_t i = 0; i < size; ++i) {
    cosines.push_back(std::cos(static_cast<float>(i + 1)));
    sines.push_back(std::sin(static_cast<float>(i + 1)));
  }
  kernels.rotate(a.data(), 3, 2 * n, cosines.data(), sines.data());
  scalar_kernels().rotate(b.data(), 3, 2 * n, cosines.data(), sines.data());
  expect_close(a, b, 1e-6, "rotate");
}

TEST_P(KernelSizes, GatesInPlace) {
  const auto size = static_cast<std::size_t>(n);
  for (const Gate gate : {Gate::gelu_erf, Gate::gelu_tanh, Gate::silu}) {
    std::vector<float> a = random_floats(5 * 2 * size, 3);
    a[0] = -200;  // where exponentials end
    std::vector<float> b = a;
    kernels.gate(gate, a.data(), 5, n);
    scalar_kernels().gate(gate, b.data(), 5, n);
    a.resize(5 * size), b.resize(5 * size);  // what is left behind means nothing
    expect_close(a, b, 1e-6, "gate");
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, KernelSizes,
                         testing::Combine(testing::ValuesIn(all_vector_kernels()),
                                          testing::Values(1, 3, 7, 8, 15, 16, 17, 31, 64, 65, 384, 391)),
                         [](const auto& info) {
                           return name_of(std::get<0>(info.param)) + "_" + std::to_string(std::get<1>(info.param));
                         });

struct HeadShape {
  std::int64_t length, dimension;
  std::int64_t before = kEveryKey, after = kEveryKey;
};
class AttentionShapes : public testing::TestWithParam<std::tuple<Kernels, HeadShape>> {};

TEST_P(AttentionShapes, IsSoftmaxOfScaledScores) {
  const auto [length, dimension, before, after] = std::get<1>(GetParam());
  const std::int64_t stride = 3 * dimension + 5, out_stride = dimension + 3;
  // Large scores, so that the softmax is far from uniform and the running maximum changes between tiles.
  const std::vector<float> qkv = random_floats(static_cast<std::size_t>(length * stride), 2);
  std::vector<float> a(static_cast<std::size_t>(length * out_stride), 7), b = a;
  AttentionHead head{qkv.data(),
                     qkv.data() + dimension,
                     qkv.data() + 2 * dimension,
                     a.data(),
                     length,
                     dimension,
                     stride,
                     out_stride,
                     1 / std::sqrt(static_cast<float>(dimension)),
                     before,
                     after};
  Buffer scratch(static_cast<std::size_t>(attention_scratch(length, dimension)));
  std::get<0>(GetParam()).attention(head, scratch.data());
  head.out = b.data();
  scalar_kernels().attention(head, nullptr);
  expect_close(a, b, 2e-6, "attention");  // what lies between the rows (7) is compared, too: it must be left alone
  // As far apart as the scores are: it decides as much as they do.
  const std::vector<float> bias = random_floats(static_cast<std::size_t>(length * length), 5);
  head.bias = bias.data();
  std::vector<float> c = a, d = a;
  head.out = c.data();
  std::get<0>(GetParam()).attention(head, scratch.data());
  head.out = d.data();
  scalar_kernels().attention(head, nullptr);
  expect_close(c, d, 2e-6, "attention with a bias");
  if (length > 2 && before != 0) EXPECT_NE(c, a);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, AttentionShapes,
    testing::Combine(testing::ValuesIn(all_vector_kernels()),
                     testing::Values(HeadShape{1, 16}, HeadShape{2, 32}, HeadShape{5, 32}, HeadShape{16, 64},
                                     HeadShape{63, 32}, HeadShape{64, 32}, HeadShape{65, 48}, HeadShape{128, 32},
                                     HeadShape{129, 32}, HeadShape{257, 32}, HeadShape{300, 64}, HeadShape{40, 256},
                                     HeadShape{1, 16, 0, 0}, HeadShape{9, 16, 0, 0}, HeadShape{70, 16, 3, 3},
                                     HeadShape{300, 16, 8, 8}, HeadShape{129, 32, 64, 64}, HeadShape{700, 32, 64, 64},
                                     HeadShape{300, 64, kEveryKey, 0}, HeadShape{5, 16, kEveryKey, 0},
                                     HeadShape{140, 16, 1, 0}, HeadShape{140, 16, 0, 130}, HeadShape{300, 16, 64, 63},
                                     HeadShape{300, 16, 65, 62}, HeadShape{140, 16, 129, 2})),
    [](const auto& info) {
      const HeadShape shape = std::get<1>(info.param);
      return name_of(std::get<0>(info.param)) + "_" + std::to_string(shape.length) + "_" +
             std::to_string(shape.dimension) + (shape.before == kEveryKey ? "" : "_b" + std::to_string(shape.before)) +
             (shape.after == kEveryKey ? "" : "_a" + std::to_string(shape.after));
    });

TEST(Attention, ScoresThatOverflowAnExponentialAreFine) {
  const std::int64_t length = 300;
  std::vector<float> qkv(static_cast<std::size_t>(length) * 48, 0);
  for (std::int64_t t = 0; t < length; ++t) {
    qkv[static_cast<std::size_t>(t) * 48] = 100;
    qkv[static_cast<std::size_t>(t) * 48 + 16] = t == 290 ? 10.0F : -10.0F;
    qkv[static_cast<std::size_t>(t) * 48 + 32] = static_cast<float>(t);
  }
  std::vector<float> out(static_cast<std::size_t>(length) * 16);
  Buffer scratch(static_cast<std::size_t>(attention_scratch(length, 16)));
  vector_kernels().attention({qkv.data(), qkv.data() + 16, qkv.data() + 32, out.data(), length, 16, 48, 16, 1},
                             scratch.data());
  EXPECT_FLOAT_EQ(out[0], 290);
}

TEST(Kernels, AZeroVectorStaysZero) {
  std::vector<float> zero(20, 0);
  vector_kernels().l2_normalize(zero.data(), 20);
  EXPECT_EQ(zero, std::vector<float>(20, 0));
}

}  // namespace
}  // namespace signalbox::tensor
