// The scalar twin of quantize_vector.cpp.
#include <algorithm>
#include <cmath>

#include "tensor/quantize.h"

namespace signalbox::tensor {
namespace {

void quantize(const float* x, std::int64_t rows, std::int64_t n, int steps, const ByteRows& out) {
  for (std::int64_t row = 0; row < rows; ++row, x += n) {
    float lowest = 0, highest = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      lowest = std::min(lowest, x[i]);
      highest = std::max(highest, x[i]);
    }
    const float range = highest - lowest;
    const float inverse = range == 0 ? 0 : static_cast<float>(steps) / range;
    const int zero = static_cast<int>(std::nearbyint(-lowest * inverse));
    out.scales[row] = range / static_cast<float>(steps);
    out.zeros[row] = zero;
    for (std::int64_t i = 0; i < n; ++i) {
      const int value = static_cast<int>(std::nearbyint(x[i] * inverse)) + zero;
      out.values[row * n + i] = static_cast<std::uint8_t>(std::clamp(value, 0, steps));
    }
  }
}

double after(Epilogue epilogue, double x, double before) {
  switch (epilogue) {
    case Epilogue::none:
      return x;
    case Epilogue::gelu_erf:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Epilogue::gelu_tanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Epilogue::quick_gelu:
      return x / (1 + std::exp(-1.702 * x));
    case Epilogue::relu:
      return std::max(x, 0.0);
    case Epilogue::add:
      return before + x;
  }
  return x;
}

void dequantize(const IntegerSums& s, std::int64_t rows, std::int64_t n, float* y) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t at = row * n + i;
      const double scale = static_cast<double>(s.row_scales[row]) * s.column_scales[i];
      y[at] = static_cast<float>(
          after(s.epilogue, (s.sums[at] - s.zeros[row] * s.weight_sums[i]) * scale + s.bias[i], y[at]));
    }
  }
}

}  // namespace

QuantizeKernels scalar_quantize_kernels() {
  return {quantize, dequantize};
}

}  // namespace signalbox::tensor
