// oneDNN's primitive for the product of one layer shape, for every number of rows a block can have. Internal to the
// tensor library: with linear.cpp the only files that know oneDNN.
//
// Immutable after construction; layers of the same shape share one. Throws dnnl::error and LoadError.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <dnnl.hpp>
#include <memory>
#include <string>

#include "tensor/arithmetic.h"
#include "tensor/epilogue.h"
#include "tensor/linear.h"

namespace signalbox::tensor {

const dnnl::engine& engine();
// On this thread oneDNN starts no threads of its own.
void use_one_thread();

struct ProductSizes {
  std::int64_t in, out;
  Epilogue epilogue;  // of int8 it is ours (quantize.h), and the product has none
  Arithmetic arithmetic;
  auto operator<=>(const ProductSizes&) const = default;
};

// One product of some rows: the primitive and the layouts of its arguments.
struct Product {
  dnnl::primitive primitive;
  dnnl::memory::desc source, packed, bias, destination, scratchpad;
  std::string implementation;
};

// [i]: of (i + 1) * kRowStep rows. All take the same packed weights.
using Products = std::array<Product, Linear::kMaxRows / Linear::kRowStep>;

std::shared_ptr<const Products> products_of(const ProductSizes& sizes);

// The layout of PyTorch's [out, in] for a product's weights, in `type`.
dnnl::memory::desc plain_weights(const ProductSizes& sizes, const Product& product, dnnl::memory::data_type type);

}  // namespace signalbox::tensor
