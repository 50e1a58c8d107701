#include "tensor/linear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tensor/buffer.h"
#include "tensor/half.h"
#include "tensor/load_error.h"

namespace signalbox::tensor {
namespace {

struct Layer {
  Matrix weight;
  std::vector<float> bias;
};

Layer random_layer(std::int64_t in, std::int64_t out) {
  std::mt19937 engine(11);
  std::normal_distribution<float> normal(0, 0.3F);
  Layer layer{{out, in, std::vector<float>(static_cast<std::size_t>(in * out))},
              std::vector<float>(static_cast<std::size_t>(out))};
  for (float& x : layer.weight.values) x = normal(engine);
  for (float& x : layer.bias) x = normal(engine);
  return layer;
}

double activated(double x, Epilogue epilogue, double before) {
  switch (epilogue) {
    case Epilogue::none:
      return x;
    case Epilogue::gelu_erf:
      return x * 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
    case Epilogue::gelu_tanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Epilogue::quick_gelu:
      return x / (1 + std::exp(-1.702 * x));
    case Epilogue::relu:
      return std::max(x, 0.0);
    case Epilogue::add:
      return before + x;
  }
  return 0;
}

// y in double, the definition.
std::vector<double> expected(const Layer& l, const Buffer& x, std::int64_t rows, Epilogue epilogue, double before) {
  std::vector<double> y;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t o = 0; o < l.weight.rows; ++o) {
      double sum = l.bias[static_cast<std::size_t>(o)];
      for (std::int64_t i = 0; i < l.weight.columns; ++i) {
        sum += static_cast<double>(x.data()[r * l.weight.columns + i]) *
               l.weight.values[static_cast<std::size_t>(o * l.weight.columns + i)];
      }
      y.push_back(activated(sum, epilogue, before));
    }
  }
  return y;
}

std::size_t padded_to_step(std::int64_t rows) {
  return static_cast<std::size_t>((rows + Linear::kRowStep - 1) / Linear::kRowStep * Linear::kRowStep);
}

// Each row of n to the nearest of its `steps` between its least and its largest value and zero.
void round_rows(std::vector<float>& values, std::int64_t n, int steps) {
  for (auto row = values.begin(); row != values.end(); row += n) {
    const auto [least, most] = std::minmax_element(row, row + n);
    const float lowest = std::min(*least, 0.0F), range = std::max(*most, 0.0F) - lowest;
    const float inverse = range == 0 ? 0 : static_cast<float>(steps) / range;
    const float zero = std::nearbyint(-lowest * inverse);
    for (auto x = row; x != row + n; ++x) {
      const float byte = std::clamp(std::nearbyint(*x * inverse) + zero, 0.0F, static_cast<float>(steps));
      *x = (byte - zero) * (range / static_cast<float>(steps));
    }
  }
}

// Each row of n to the nearest of 127 steps on either side of zero.
void round_weights(std::vector<float>& values, std::int64_t n) {
  for (auto row = values.begin(); row != values.end(); row += n) {
    float largest = 0;
    std::for_each(row, row + n, [&](float x) { largest = std::max(largest, std::abs(x)); });
    for (auto x = row; x != row + n; ++x) *x = std::nearbyint(*x * (127 / largest)) * (largest / 127);
  }
}

struct Case {
  std::int64_t in, out, rows;
  Epilogue epilogue;
};
class LinearCase : public testing::TestWithParam<Case> {};

TEST_P(LinearCase, IsTheDefinition) {
  const auto [in, out, rows, epilogue] = GetParam();
  const Layer l = random_layer(in, out);
  const Linear linear(l.weight, l.bias, epilogue);
  EXPECT_EQ(linear.in(), in);
  EXPECT_EQ(linear.out(), out);
  const std::size_t padded = padded_to_step(rows);
  Buffer x(padded * static_cast<std::size_t>(in)), y(padded * static_cast<std::size_t>(out));
  std::mt19937 engine(3);
  std::normal_distribution<float> normal(0, 1);
  for (float& v : x.span()) v = normal(engine);
  for (float& v : y.span()) v = 0.25F;
  LinearRunner runner;
  runner.run(linear, x.data(), rows, y.data());
  const std::vector<double> wanted = expected(l, x, rows, epilogue, 0.25);
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    difference += std::pow(wanted[i] - y.data()[i], 2);
    norm += wanted[i] * wanted[i];
  }
  EXPECT_LE(std::sqrt(difference / norm), 1e-6) << linear.implementation();
}

INSTANTIATE_TEST_SUITE_P(Linear, LinearCase,
                         testing::Values(Case{384, 1152, 16, Epilogue::none}, Case{64, 160, 1, Epilogue::gelu_erf},
                                         Case{64, 160, 63, Epilogue::gelu_tanh}, Case{160, 64, 64, Epilogue::add},
                                         Case{160, 64, 65, Epilogue::add}, Case{48, 33, 130, Epilogue::relu},
                                         Case{64, 160, 17, Epilogue::quick_gelu}, Case{100, 7, 5, Epilogue::none},
                                         Case{384, 384, 129, Epilogue::add}));

class LinearArithmetic : public testing::TestWithParam<Arithmetic> {
 protected:
  void SetUp() override {
    if (!is_supported(GetParam())) GTEST_SKIP() << "this processor has no " << to_string(GetParam());
  }
};
INSTANTIATE_TEST_SUITE_P(All, LinearArithmetic, testing::Values(Arithmetic::fp32, Arithmetic::bf16, Arithmetic::int8),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

TEST_P(LinearArithmetic, ARowDoesNotDependOnHowManyThereAre) {
  const Layer l = random_layer(96, 96);
  const Linear linear(l.weight, l.bias, Epilogue::gelu_erf, GetParam());
  Buffer x(128 * 96), all(128 * 96), one(4 * 96);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = std::sin(static_cast<float>(i));
  LinearRunner runner;
  runner.run(linear, x.data(), 128, all.data());
  for (const std::int64_t row : {0, 5, 63, 64, 124}) {  // a block reads kRowStep rows, which must be there
    runner.run(linear, x.data() + row * 96, 1, one.data());
    for (int i = 0; i < 96; ++i) EXPECT_NEAR(one.data()[i], all.data()[row * 96 + i], 1e-6) << row;
  }
}

// Bytes and their sums are integers, so nothing but the rounding of the inputs may differ from the definition: the
// result must be that of the quantised numbers. Full-range rows and weights would saturate a 16-bit sum of products.
TEST_P(LinearCase, Int8IsExactOnItsQuantisedNumbers) {
  const auto [in, out, rows, epilogue] = GetParam();
  Layer l = random_layer(in, out);
  for (std::size_t i = 0; i < l.weight.values.size(); i += 3) l.weight.values[i] = 1.5F;  // the largest: 127
  const Linear linear(l.weight, l.bias, epilogue, Arithmetic::int8);
  const std::size_t padded = padded_to_step(rows);
  Buffer x(padded * static_cast<std::size_t>(in)), y(padded * static_cast<std::size_t>(out));
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = i % 5 == 0 ? std::sin(static_cast<float>(i)) : 1.0F;
  for (float& v : y.span()) v = 0.25F;
  Layer rounded = l;
  round_weights(rounded.weight.values, in);
  Buffer rounded_x(x.size());
  std::vector<float> values(x.data(), x.data() + x.size());
  round_rows(values, in, activation_steps());
  std::copy(values.begin(), values.end(), rounded_x.data());
  const std::vector<double> wanted = expected(rounded, rounded_x, rows, epilogue, 0.25);
  LinearRunner runner;
  runner.run(linear, x.data(), rows, y.data());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_NEAR(y.data()[i], wanted[i], 2e-5 * (1 + std::abs(wanted[i]))) << i << " " << linear.implementation();
  }
}

TEST_P(LinearCase, Bf16IsTheDefinitionOnRoundedNumbers) {
  if (!is_supported(Arithmetic::bf16)) {
    const Layer l = random_layer(4, 4);
    EXPECT_THROW(Linear(l.weight, l.bias, Epilogue::none, Arithmetic::bf16), LoadError);
    GTEST_SKIP() << "this processor has no bf16";
  }
  const auto [in, out, rows, epilogue] = GetParam();
  Layer l = random_layer(in, out);
  const Linear linear(l.weight, l.bias, epilogue, Arithmetic::bf16);
  Buffer x(padded_to_step(rows) * static_cast<std::size_t>(in)),
      y(padded_to_step(rows) * static_cast<std::size_t>(out));
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = float_of_bf16(to_bf16(std::sin(static_cast<float>(i))));
  for (float& v : l.weight.values) v = float_of_bf16(to_bf16(v));
  for (float& v : y.span()) v = 0.25F;
  LinearRunner runner;
  runner.run(linear, x.data(), rows, y.data());
  const std::vector<double> wanted = expected(l, x, rows, epilogue, 0.25);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_NEAR(y.data()[i], wanted[i], 1e-4 * (1 + std::abs(wanted[i]))) << i << " " << linear.implementation();
  }
}

}  // namespace
}  // namespace signalbox::tensor
