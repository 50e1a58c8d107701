#include "tensor/convolution.h"

#include <array>
#include <dnnl.hpp>
#include <map>

#include "tensor/load_error.h"
#include "tensor/product.h"

namespace signalbox::tensor {
namespace {

using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;
using dnnl::memory;
using Primitive = dnnl::convolution_forward;

std::string name_of(const Primitive::primitive_desc& chosen) {
  return chosen.impl_info_str();
}

dnnl::primitive_attr attributes(const PlaneEpilogue& epilogue) {
  dnnl::post_ops after;
  switch (epilogue.kind) {
    case PlaneEpilogue::Kind::none:
      break;
    case PlaneEpilogue::Kind::clip:
      after.append_eltwise(1, dnnl::algorithm::eltwise_clip, 0, epilogue.ceiling);
      break;
    case PlaneEpilogue::Kind::add:
      after.append_sum(1);
      break;
  }
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

std::int64_t length_after(std::int64_t length, const ConvolutionSizes& sizes) {
  return (length + sizes.before + sizes.after - sizes.kernel) / sizes.stride + 1;
}

memory::desc plain_desc(std::int64_t channels, std::int64_t height, std::int64_t width) {
  return {{1, channels, height, width}, Type::f32, Tag::nchw};
}

memory without_data(const memory::desc& desc) {
  return {desc, engine(), nullptr};
}

void execute(const dnnl::primitive& primitive, const dnnl::stream& stream, std::span<const dnnl_exec_arg_t> arguments) {
  dnnl::error::wrap_c_api(
      dnnl_primitive_execute(primitive.get(), stream.get(), static_cast<int>(arguments.size()), arguments.data()),
      "planes could not be computed");
}

}  // namespace

struct PlaneLayout::Implementation {
  explicit Implementation(const memory::desc& laid_out)
      : desc(laid_out), channels(desc.dims()[1]), height(desc.dims()[2]), width(desc.dims()[3]) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::reorder::primitive_desc chosen(engine(), desc, engine(), plain_desc(channels, height, width),
                                               attributes);
    unpacking = dnnl::reorder(chosen);
    scratchpad = chosen.scratchpad_desc();
  }

  memory::desc desc;
  std::int64_t channels, height, width;
  dnnl::primitive unpacking;
  memory::desc scratchpad;
};

PlaneLayout PlaneLayout::plain(std::int64_t channels, std::int64_t height, std::int64_t width) {
  return PlaneLayout(std::make_shared<const Implementation>(plain_desc(channels, height, width)));
}

std::int64_t PlaneLayout::channels() const {
  return p_->channels;
}
std::int64_t PlaneLayout::height() const {
  return p_->height;
}
std::int64_t PlaneLayout::width() const {
  return p_->width;
}
std::int64_t PlaneLayout::floats() const {
  return static_cast<std::int64_t>(p_->desc.get_size() / sizeof(float));
}
bool PlaneLayout::operator==(const PlaneLayout& other) const {
  return p_->desc == other.p_->desc;
}

struct Convolution::Implementation {
  dnnl::primitive primitive;
  PlaneLayout from, to;
  memory weights, bias;
  memory::desc scratchpad;
  std::string name;
};

Convolution::Convolution(const ConvolutionSizes& sizes, const PlaneLayout& from, std::span<const float> weights,
                         std::span<const float> bias, const PlaneLayout* to) {
  use_one_thread();
  const std::int64_t in = from.channels(), k = sizes.kernel;
  const std::int64_t height = length_after(from.height(), sizes), width = length_after(from.width(), sizes);
  const std::int64_t each = sizes.depthwise ? 1 : in;
  if (height < 1 || width < 1 || (sizes.depthwise && sizes.out != in))
    throw LoadError("planes that do not fit a layer");
  if (std::ssize(weights) != sizes.out * each * k * k || std::ssize(bias) != sizes.out) {
    throw LoadError("weights that do not fit a convolution");
  }
  try {
    const memory::dims shape = sizes.depthwise ? memory::dims{in, 1, 1, k, k} : memory::dims{sizes.out, in, k, k};
    const memory::desc target =
        to != nullptr ? to->p_->desc : memory::desc({1, sizes.out, height, width}, Type::f32, Tag::any);
    const Primitive::desc wanted(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, from.p_->desc,
                                 memory::desc(shape, Type::f32, Tag::any), memory::desc({sizes.out}, Type::f32, Tag::a),
                                 target, {sizes.stride, sizes.stride}, {sizes.before, sizes.before},
                                 {sizes.after, sizes.after});
    const Primitive::primitive_desc chosen(wanted, attributes(sizes.epilogue), engine());
    memory packed(chosen.weights_desc(), engine());
    memory own_bias(chosen.bias_desc(), engine());
    std::copy(bias.begin(), bias.end(), static_cast<float*>(own_bias.get_data_handle()));
    memory given({shape, Type::f32, sizes.depthwise ? Tag::goihw : Tag::oihw}, engine(),
                 const_cast<float*>(weights.data()));
    dnnl::stream stream(engine());
    dnnl::reorder(given, packed).execute(stream, given, packed);
    stream.wait();
    PlaneLayout written(std::make_shared<const PlaneLayout::Implementation>(chosen.dst_desc()));
    p_ = std::make_unique<Implementation>(Implementation{.primitive = Primitive(chosen),
                                                         .from = from,
                                                         .to = std::move(written),
                                                         .weights = std::move(packed),
                                                         .bias = std::move(own_bias),
                                                         .scratchpad = chosen.scratchpad_desc(),
                                                         .name = name_of(chosen)});
  } catch (const dnnl::error& error) {
    throw LoadError(std::string("oneDNN refuses a convolution: ") + error.what());
  }
}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;

const PlaneLayout& Convolution::from() const {
  return p_->from;
}
const PlaneLayout& Convolution::to() const {
  return p_->to;
}
const std::string& Convolution::implementation() const {
  return p_->name;
}

struct PlaneRunner::Implementation {
  struct Handles {
    memory source, destination, scratchpad;
  };
  Handles& handles_of(const void* what, const memory::desc& from, const memory::desc& to, const memory::desc& scratch) {
    const auto found = handles.find(what);
    if (found != handles.end()) return found->second;
    return handles.emplace(what, Handles{without_data(from), without_data(to), memory(scratch, engine())})
        .first->second;
  }

  dnnl::stream stream{engine()};
  std::map<const void*, Handles> handles;
};

PlaneRunner::PlaneRunner() : p_(std::make_unique<Implementation>()) {
  use_one_thread();
}
PlaneRunner::~PlaneRunner() = default;

void PlaneRunner::run(const Convolution& convolution, const float* x, float* y) {
  const Convolution::Implementation& c = *convolution.p_;
  Implementation::Handles& h = p_->handles_of(&c, c.from.p_->desc, c.to.p_->desc, c.scratchpad);
  h.source.set_data_handle(const_cast<float*>(x));
  h.destination.set_data_handle(y);
  const std::array<dnnl_exec_arg_t, 5> arguments{{{DNNL_ARG_SRC, h.source.get()},
                                                  {DNNL_ARG_WEIGHTS, c.weights.get()},
                                                  {DNNL_ARG_BIAS, c.bias.get()},
                                                  {DNNL_ARG_DST, h.destination.get()},
                                                  {DNNL_ARG_SCRATCHPAD, h.scratchpad.get()}}};
  execute(c.primitive, p_->stream, arguments);
}

void PlaneRunner::unpack(const PlaneLayout& layout, const float* x, float* y) {
  const PlaneLayout::Implementation& l = *layout.p_;
  Implementation::Handles& h = p_->handles_of(&l, l.desc, plain_desc(l.channels, l.height, l.width), l.scratchpad);
  h.source.set_data_handle(const_cast<float*>(x));
  h.destination.set_data_handle(y);
  const std::array<dnnl_exec_arg_t, 3> arguments{
      {{DNNL_ARG_FROM, h.source.get()}, {DNNL_ARG_TO, h.destination.get()}, {DNNL_ARG_SCRATCHPAD, h.scratchpad.get()}}};
  execute(l.unpacking, p_->stream, arguments);
}

}  // namespace signalbox::tensor
