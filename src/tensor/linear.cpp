#include "tensor/linear.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "tensor/half.h"
#include "tensor/int8_weights.h"
#include "tensor/kernels.h"
#include "tensor/load_error.h"
#include "tensor/product.h"
#include "tensor/quantize.h"

namespace signalbox::tensor {
namespace {

using Type = dnnl::memory::data_type;
using dnnl::memory;

// Packs weights that lie in memory as `type`.
memory packed(const ProductSizes& sizes, const Product& product, Type type, const void* weights) {
  memory from(plain_weights(sizes, product, type), engine(), const_cast<void*>(weights));
  memory to(product.packed, engine());
  dnnl::stream stream(engine());
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return to;
}

std::int64_t padded(std::int64_t rows) {
  return (rows + Linear::kRowStep - 1) / Linear::kRowStep * Linear::kRowStep;
}

// A vector that has room for n values.
template <class T>
T* grown(std::vector<T>& to, std::int64_t n) {
  to.resize(std::max(to.size(), static_cast<std::size_t>(n)));
  return to.data();
}

}  // namespace

struct Linear::Implementation {
  ProductSizes sizes;
  std::shared_ptr<const Products> products;
  memory weights;
  std::vector<float> bias;
  // int8 only:
  int steps = 0;
  Int8Weights quantized;  // without its values, which are packed
};

Linear::Linear(const Matrix& weight, const std::vector<float>& bias, Epilogue epilogue, Arithmetic arithmetic) {
  use_one_thread();
  if (!is_supported(arithmetic)) throw LoadError("this processor has no bf16 arithmetic (AVX512_BF16)");
  try {
    const ProductSizes sizes{weight.columns, weight.rows, epilogue, arithmetic};
    p_ = std::make_unique<Implementation>(Implementation{.sizes = sizes,
                                                         .products = products_of(sizes),
                                                         .weights = {},
                                                         .bias = bias,
                                                         .steps = activation_steps(),
                                                         .quantized = {}});
    const Product& product = p_->products->back();
    if (arithmetic == Arithmetic::int8) {
      p_->quantized = quantize_weights(weight);
      p_->weights = packed(sizes, product, Type::s8, p_->quantized.values.data());
      p_->quantized.values = {};
    } else {
      p_->weights = packed(sizes, product, Type::f32, weight.values.data());
    }
  } catch (const dnnl::error& error) {
    throw LoadError(std::string("oneDNN refuses a layer: ") + error.what());
  }
}
Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;

std::int64_t Linear::in() const {
  return p_->sizes.in;
}
std::int64_t Linear::out() const {
  return p_->sizes.out;
}
const std::string& Linear::implementation() const {
  return p_->products->back().implementation;
}

struct LinearRunner::Implementation {
  using Layer = Linear::Implementation;

  void execute(const Layer& layer, const void* x, std::int64_t rows, void* y);
  void execute_bf16(const Layer& layer, const float* x, std::int64_t rows, float* y);
  void execute_int8(const Layer& layer, const float* x, std::int64_t rows, float* y);

  struct Handles {
    memory source, bias, destination, scratchpad;
  };
  Handles& handles_of(const Product& product);

  dnnl::stream stream{engine()};
  std::map<const Product*, Handles> handles;
  // Of one block, grown by the first pass that needs them.
  std::vector<std::uint16_t> halves;
  std::vector<std::uint8_t> bytes;
  std::vector<std::int32_t> sums;
  std::array<float, Linear::kMaxRows> row_scales{};
  std::array<std::int32_t, Linear::kMaxRows> zeros{};
};

LinearRunner::Implementation::Handles& LinearRunner::Implementation::handles_of(const Product& product) {
  const auto found = handles.find(&product);
  if (found != handles.end()) return found->second;
  const auto none = [](const memory::desc& desc) { return memory(desc, engine(), nullptr); };
  return handles
      .emplace(&product, Handles{none(product.source), none(product.bias), none(product.destination),
                                 memory(product.scratchpad, engine())})
      .first->second;
}

void LinearRunner::Implementation::execute(const Layer& layer, const void* x, std::int64_t rows, void* y) {
  const Product& product = (*layer.products)[static_cast<std::size_t>(padded(rows) / Linear::kRowStep - 1)];
  Handles& h = handles_of(product);
  h.source.set_data_handle(const_cast<void*>(x));
  h.destination.set_data_handle(y);
  std::array<dnnl_exec_arg_t, 5> arguments{{{DNNL_ARG_SRC, h.source.get()},
                                            {DNNL_ARG_WEIGHTS, layer.weights.get()},
                                            {DNNL_ARG_DST, h.destination.get()},
                                            {DNNL_ARG_SCRATCHPAD, h.scratchpad.get()},
                                            {}}};
  int count = 4;
  if (layer.sizes.arithmetic != Arithmetic::int8) {
    h.bias.set_data_handle(const_cast<float*>(layer.bias.data()));
    arguments[static_cast<std::size_t>(count++)] = {DNNL_ARG_BIAS, h.bias.get()};
  }
  dnnl::error::wrap_c_api(dnnl_primitive_execute(product.primitive.get(), stream.get(), count, arguments.data()),
                          "a layer could not be executed");
}

void LinearRunner::Implementation::execute_bf16(const Layer& layer, const float* x, std::int64_t rows, float* y) {
  std::uint16_t* const rounded = grown(halves, padded(rows) * layer.sizes.in);
  std::transform(x, x + rows * layer.sizes.in, rounded, to_bf16);
  execute(layer, rounded, rows, y);
}

void LinearRunner::Implementation::execute_int8(const Layer& layer, const float* x, std::int64_t rows, float* y) {
  const ProductSizes& s = layer.sizes;
  std::uint8_t* const quantized = grown(bytes, padded(rows) * s.in);
  std::int32_t* const products = grown(sums, padded(rows) * s.out);
  const QuantizeKernels& kernels = vector_kernels().quantize;
  kernels.quantize(x, rows, s.in, layer.steps,
                   {.values = quantized, .scales = row_scales.data(), .zeros = zeros.data()});
  execute(layer, quantized, rows, products);
  kernels.dequantize({.sums = products,
                      .row_scales = row_scales.data(),
                      .zeros = zeros.data(),
                      .column_scales = layer.quantized.scales.data(),
                      .weight_sums = layer.quantized.sums.data(),
                      .bias = layer.bias.data(),
                      .epilogue = s.epilogue},
                     rows, s.out, y);
}

LinearRunner::LinearRunner() : p_(std::make_unique<Implementation>()) {
  use_one_thread();
}
LinearRunner::~LinearRunner() = default;

void LinearRunner::run(const Linear& layer, const float* x, std::int64_t rows, float* y) {
  const Linear::Implementation& l = *layer.p_;
  for (std::int64_t done = 0; done < rows; done += Linear::kMaxRows) {
    const std::int64_t block = std::min(rows - done, Linear::kMaxRows);
    const float* const from = x + done * l.sizes.in;
    float* const to = y + done * l.sizes.out;
    switch (l.sizes.arithmetic) {
      case Arithmetic::fp32:
        p_->execute(l, from, block, to);
        break;
      case Arithmetic::bf16:
        p_->execute_bf16(l, from, block, to);
        break;
      case Arithmetic::int8:
        p_->execute_int8(l, from, block, to);
        break;
    }
  }
}

}  // namespace signalbox::tensor
