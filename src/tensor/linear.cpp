#include "tensor/linear.h"

#include <algorithm>
#include <array>
#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <tuple>

#include "tensor/load_error.h"

// oneDNN's OpenMP runtime. Its header belongs to a compiler that is not ours.
extern "C" void omp_set_num_threads(int threads);

namespace signalbox::tensor {
namespace {

using Tag = dnnl::memory::format_tag;
using dnnl::algorithm;
using dnnl::memory;

const dnnl::engine& engine() {
  static const dnnl::engine kEngine(dnnl::engine::kind::cpu, 0);
  return kEngine;
}

memory::desc floats(const memory::dims& dims, Tag tag) {
  return {dims, memory::data_type::f32, tag};
}

dnnl::primitive_attr attributes(Epilogue epilogue) {
  dnnl::post_ops after;
  switch (epilogue) {
    case Epilogue::none:
      break;
    case Epilogue::gelu_erf:
      after.append_eltwise(1, algorithm::eltwise_gelu_erf, 0, 0);
      break;
    case Epilogue::gelu_tanh:
      after.append_eltwise(1, algorithm::eltwise_gelu_tanh, 0, 0);
      break;
    case Epilogue::relu:
      after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
      break;
    case Epilogue::add:
      after.append_sum(1);
      break;
  }
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

// One product of `rows` rows: the primitive and the layouts of its arguments.
struct Product {
  dnnl::primitive primitive;
  memory::desc source, packed, bias, destination, scratchpad;
  std::string implementation;
};

struct Sizes {
  std::int64_t in, out;
  Epilogue epilogue;
  auto operator<=>(const Sizes&) const = default;
};

Product matmul(const Sizes& s, std::int64_t rows) {
  const dnnl::matmul::desc desc(floats({rows, s.in}, Tag::ab), floats({s.in, s.out}, Tag::any),
                                floats({1, s.out}, Tag::ab), floats({rows, s.out}, Tag::ab));
  const dnnl::matmul::primitive_desc chosen(desc, attributes(s.epilogue), engine());
  return {dnnl::matmul(chosen),
          chosen.src_desc(),
          chosen.weights_desc(),
          chosen.bias_desc(),
          chosen.dst_desc(),
          chosen.scratchpad_desc(),
          "matmul " + std::string(chosen.impl_info_str())};
}

// The rows are the positions of a one-dimensional picture, the columns its channels.
Product convolution(const Sizes& s, std::int64_t rows) {
  const dnnl::convolution_forward::desc desc(
      dnnl::prop_kind::forward_inference, algorithm::convolution_direct, floats({1, s.in, rows}, Tag::nwc),
      floats({s.out, s.in, 1}, Tag::any), floats({s.out}, Tag::a), floats({1, s.out, rows}, Tag::nwc), {1}, {0}, {0});
  const dnnl::convolution_forward::primitive_desc chosen(desc, attributes(s.epilogue), engine());
  return {dnnl::convolution_forward(chosen),
          chosen.src_desc(),
          chosen.weights_desc(),
          chosen.bias_desc(),
          chosen.dst_desc(),
          chosen.scratchpad_desc(),
          "convolution " + std::string(chosen.impl_info_str())};
}

constexpr std::size_t kBlockSizes = Linear::kMaxRows / Linear::kRowStep;

// The products of all block sizes of one layer shape; layers of the same shape share them.
struct Products {
  explicit Products(const Sizes& sizes) {
    Product largest = matmul(sizes, Linear::kMaxRows);
    const bool packs = largest.implementation.find("gemm:jit") == std::string::npos &&
                       largest.implementation.find("ref") == std::string::npos;
    for (std::size_t i = 0; i < kBlockSizes; ++i) {
      const auto rows = static_cast<std::int64_t>(i + 1) * Linear::kRowStep;
      blocks[i] = packs ? matmul(sizes, rows) : convolution(sizes, rows);
      if (i > 0 && blocks[i].packed != blocks[0].packed) {
        throw LoadError("oneDNN packs the weights of one layer in two ways; Signalbox does not support this processor");
      }
    }
  }
  std::array<Product, kBlockSizes> blocks;
};

std::shared_ptr<const Products> products_of(const Sizes& sizes) {
  static std::mutex mutex;
  static std::map<Sizes, std::weak_ptr<const Products>> known;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const Products>& entry = known[sizes];
  std::shared_ptr<const Products> products = entry.lock();
  if (!products) {
    products = std::make_shared<const Products>(sizes);
    entry = products;
  }
  return products;
}

void use_one_thread() {
  omp_set_num_threads(1);
}

}  // namespace

struct Linear::Implementation {
  Sizes sizes;
  std::shared_ptr<const Products> products;
  memory packed;
  memory bias;
};

Linear::Linear(const Matrix& weight, const std::vector<float>& bias, Epilogue epilogue) {
  use_one_thread();
  try {
    const Sizes sizes{weight.columns, weight.rows, epilogue};
    std::shared_ptr<const Products> products = products_of(sizes);
    const Product& product = products->blocks.back();
    const bool as_matmul = product.packed.dims().size() == 2;
    // [out, in] row-major is [in, out] column-major.
    const memory::desc plain =
        as_matmul ? floats({sizes.in, sizes.out}, Tag::ba) : floats({sizes.out, sizes.in, 1}, Tag::abc);
    memory from(plain, engine(), const_cast<float*>(weight.values.data()));
    p_ = std::make_unique<Implementation>(
        Implementation{sizes, products, memory(product.packed, engine()), memory(product.bias, engine())});
    dnnl::stream stream(engine());
    dnnl::reorder(from, p_->packed).execute(stream, from, p_->packed);
    stream.wait();
    std::copy(bias.begin(), bias.end(), static_cast<float*>(p_->bias.get_data_handle()));
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
  return p_->products->blocks.back().implementation;
}

struct LinearRunner::Implementation {
  dnnl::stream stream{engine()};
  std::map<const Product*, std::array<memory, 3>> memories;  // source, destination, scratchpad of a product
};

LinearRunner::LinearRunner() : p_(std::make_unique<Implementation>()) {
  use_one_thread();
}
LinearRunner::~LinearRunner() = default;

void LinearRunner::run(const Linear& layer, const float* x, std::int64_t rows, float* y) {
  const Linear::Implementation& l = *layer.p_;
  for (std::int64_t done = 0; done < rows; done += Linear::kMaxRows) {
    const std::int64_t left = std::min(rows - done, Linear::kMaxRows);
    const auto block = static_cast<std::size_t>((left + Linear::kRowStep - 1) / Linear::kRowStep - 1);
    const Product& product = l.products->blocks[block];
    auto found = p_->memories.find(&product);
    if (found == p_->memories.end()) {
      found = p_->memories
                  .emplace(&product, std::array{memory(product.source, engine(), nullptr),
                                                memory(product.destination, engine(), nullptr),
                                                memory(product.scratchpad, engine())})
                  .first;
    }
    auto& [source, destination, scratchpad] = found->second;
    source.set_data_handle(const_cast<float*>(x + done * l.sizes.in));
    destination.set_data_handle(y + done * l.sizes.out);
    const std::array<dnnl_exec_arg_t, 5> arguments{{{DNNL_ARG_SRC, source.get()},
                                                    {DNNL_ARG_WEIGHTS, l.packed.get()},
                                                    {DNNL_ARG_BIAS, l.bias.get()},
                                                    {DNNL_ARG_DST, destination.get()},
                                                    {DNNL_ARG_SCRATCHPAD, scratchpad.get()}}};
    dnnl::error::wrap_c_api(dnnl_primitive_execute(product.primitive.get(), p_->stream.get(),
                                                   static_cast<int>(arguments.size()), arguments.data()),
                            "a layer could not be executed");
  }
}

}  // namespace signalbox::tensor
