#include "tensor/product.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "tensor/kernels.h"
#include "tensor/load_error.h"
#include "tensor/platform.h"

// oneDNN's OpenMP runtime. Its header belongs to a compiler that is not ours.
extern "C" void omp_set_num_threads(int threads);

namespace signalbox::tensor {
namespace {

using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;
using dnnl::algorithm;
using dnnl::memory;

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
    case Epilogue::quick_gelu:
      after.append_eltwise(1, algorithm::eltwise_swish, kQuickGelu, 0);
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

struct Types {
  Type source, weights, destination;
};

Types types_of(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::fp32:
      break;
    case Arithmetic::bf16:
      return {Type::bf16, Type::bf16, Type::f32};
    case Arithmetic::int8:
      return {Type::u8, Type::s8, Type::s32};
  }
  return {Type::f32, Type::f32, Type::f32};
}

bool has_epilogue(const ProductSizes& sizes) {
  return sizes.arithmetic != Arithmetic::int8;
}

template <class Primitive>
Product product_of(const typename Primitive::primitive_desc& chosen, const char* name) {
  return {Primitive(chosen),
          chosen.src_desc(),
          chosen.weights_desc(),
          chosen.bias_desc(),
          chosen.dst_desc(),
          chosen.scratchpad_desc(),
          name + std::string(chosen.impl_info_str())};
}

Product matmul(const ProductSizes& s, std::int64_t rows) {
  const Types types = types_of(s.arithmetic);
  const memory::desc source({rows, s.in}, types.source, Tag::ab), weights({s.in, s.out}, types.weights, Tag::any),
      bias({1, s.out}, Type::f32, Tag::ab), destination({rows, s.out}, types.destination, Tag::ab);
  const dnnl::matmul::desc desc = has_epilogue(s) ? dnnl::matmul::desc(source, weights, bias, destination)
                                                  : dnnl::matmul::desc(source, weights, destination);
  const dnnl::primitive_attr after = attributes(has_epilogue(s) ? s.epilogue : Epilogue::none);
  return product_of<dnnl::matmul>({desc, after, engine()}, "matmul ");
}

// The rows are the positions of a one-dimensional picture, the columns its channels.
Product convolution(const ProductSizes& s, std::int64_t rows) {
  using Convolution = dnnl::convolution_forward;
  const Types types = types_of(s.arithmetic);
  const memory::desc source({1, s.in, rows}, types.source, Tag::nwc),
      weights({s.out, s.in, 1}, types.weights, Tag::any), bias({s.out}, Type::f32, Tag::a),
      destination({1, s.out, rows}, types.destination, Tag::nwc);
  const auto kind = dnnl::prop_kind::forward_inference;
  const auto direct = algorithm::convolution_direct;
  const Convolution::desc desc =
      has_epilogue(s) ? Convolution::desc(kind, direct, source, weights, bias, destination, {1}, {0}, {0})
                      : Convolution::desc(kind, direct, source, weights, destination, {1}, {0}, {0});
  const dnnl::primitive_attr after = attributes(has_epilogue(s) ? s.epilogue : Epilogue::none);
  return product_of<Convolution>({desc, after, engine()}, "convolution ");
}

// oneDNN's matmul packs its weights only for AVX-512.
bool packs(const Product& product) {
  return product.implementation.find("gemm:jit") == std::string::npos &&
         product.implementation.find("ref") == std::string::npos;
}

Products make_products(const ProductSizes& sizes) {
  const bool as_matmul = packs(matmul(sizes, Linear::kMaxRows));
  Products products;
  for (std::size_t i = 0; i < products.size(); ++i) {
    const auto rows = static_cast<std::int64_t>(i + 1) * Linear::kRowStep;
    products[i] = as_matmul ? matmul(sizes, rows) : convolution(sizes, rows);
    if (products[i].packed != products[0].packed) {
      throw LoadError("oneDNN packs the weights of one layer in two ways; Signalbox does not support this processor");
    }
  }
  return products;
}

bool has(dnnl::cpu_isa isa) {
  const auto wanted = static_cast<unsigned>(isa);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & wanted) == wanted;
}

}  // namespace

std::string_view to_string(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::fp32:
      return "fp32";
    case Arithmetic::bf16:
      return "bf16";
    case Arithmetic::int8:
      break;
  }
  return "int8";
}

bool is_supported(Arithmetic arithmetic) {
  return arithmetic != Arithmetic::bf16 || has(dnnl::cpu_isa::avx512_core_bf16);
}

std::string numeric_platform() {
  const dnnl_version_t& version = *dnnl::version();
  return fmt::format("oneDNN {}.{}.{} isa {:#x} kernels {}", version.major, version.minor, version.patch,
                     static_cast<unsigned>(dnnl::get_effective_cpu_isa()), vector_kernels().name);
}

int activation_steps() {
  return has(dnnl::cpu_isa::avx512_core_vnni) ? 255 : 127;
}

const dnnl::engine& engine() {
  static const dnnl::engine kEngine(dnnl::engine::kind::cpu, 0);
  return kEngine;
}

void use_one_thread() {
  omp_set_num_threads(1);
}

std::shared_ptr<const Products> products_of(const ProductSizes& sizes) {
  static std::mutex mutex;
  static std::map<ProductSizes, std::weak_ptr<const Products>> known;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const Products>& entry = known[sizes];
  std::shared_ptr<const Products> products = entry.lock();
  if (!products) {
    products = std::make_shared<const Products>(make_products(sizes));
    entry = products;
  }
  return products;
}

memory::desc plain_weights(const ProductSizes& s, const Product& product, Type type) {
  // [out, in] row-major is [in, out] column-major.
  if (product.packed.dims().size() == 2) return {{s.in, s.out}, type, Tag::ba};
  return {{s.out, s.in, 1}, type, Tag::abc};
}

}  // namespace signalbox::tensor
