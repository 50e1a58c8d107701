#include "models/efficientnet_lite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/encoder_parts.h"
#include "tensor/convolution.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::Convolution;
using tensor::ConvolutionSizes;
using tensor::LoadError;
using tensor::PlaneEpilogue;
using tensor::PlaneLayout;
using tensor::WeightScope;

// How many zeros `kernel` needs before and after a side, so that a stride of s makes a side of ceil(side / s).
std::pair<std::int64_t, std::int64_t> zeros_around(std::int64_t side, std::int64_t kernel, std::int64_t stride,
                                                   bool same_padding) {
  if (!same_padding) return {kernel / 2, kernel / 2};
  const std::int64_t out = (side + stride - 1) / stride;
  const std::int64_t zeros = std::max<std::int64_t>((out - 1) * stride + kernel - side, 0);
  return {zeros / 2, zeros - zeros / 2};
}

// Makes the network's convolutions, with the batch norms behind them folded into their weights.
class Maker {
 public:
  Maker(const EncoderConfig& config, const tensor::Weights& weights)
      : config_(efficientnet_lite_config(config)), epsilon_(config.epsilon), root_(weights.scope("")) {}

  struct Layer {
    std::string convolution, norm;  // names of their scopes
    std::int64_t out, kernel = 1, stride = 1;
    bool depthwise = false;
    PlaneEpilogue::Kind epilogue = PlaneEpilogue::Kind::clip;
  };

  Convolution operator()(const Layer& layer, const PlaneLayout& from, const PlaneLayout* to = nullptr) const {
    ConvolutionSizes sizes{.out = layer.out, .kernel = layer.kernel, .stride = layer.stride};
    std::tie(sizes.before, sizes.after) = zeros_around(from.height(), layer.kernel, layer.stride, config_.same_padding);
    sizes.depthwise = layer.depthwise;
    sizes.epilogue = {.kind = layer.epilogue, .ceiling = config_.ceiling};
    const std::int64_t in = layer.depthwise ? 1 : from.channels();
    std::vector<float> weights =
        root_.scope(layer.convolution).tensor("weight", {layer.out, in, layer.kernel, layer.kernel});
    const std::vector<float> bias = fold(root_.scope(layer.norm), layer.out, weights);
    return {sizes, from, weights, bias, to};
  }

 private:
  // y = (x - mean) / sqrt(variance + epsilon) * gain + shift, of each channel.
  std::vector<float> fold(const WeightScope& norm, std::int64_t channels, std::vector<float>& weights) const {
    const std::vector<float> gain = norm.vector("weight", channels), shift = norm.vector("bias", channels),
                             mean = norm.vector("running_mean", channels),
                             variance = norm.vector("running_var", channels);
    std::vector<float> bias(gain.size());
    const std::size_t each = weights.size() / gain.size();
    for (std::size_t i = 0; i < gain.size(); ++i) {
      if (variance[i] < 0) throw LoadError(fmt::format("{}: is below 0", norm.where("running_var")));
      const double factor = gain[i] / std::sqrt(static_cast<double>(variance[i]) + epsilon_);
      bias[i] = static_cast<float>(shift[i] - mean[i] * factor);
      for (std::size_t k = i * each; k < (i + 1) * each; ++k) weights[k] = static_cast<float>(weights[k] * factor);
    }
    return bias;
  }

  const EfficientNetLiteConfig& config_;
  double epsilon_;
  WeightScope root_;
};

struct Block {
  std::optional<Convolution> expand;
  Convolution filter;   // depthwise
  Convolution project;  // adds to what went in where the shapes are equal
};

class EfficientNetLite final : public ImageEncoder {
 public:
  EfficientNetLite(const EncoderConfig& config, const tensor::Weights& weights)
      : config_(config), own_(efficientnet_lite_config(config)) {
    const Maker make(config, weights);
    stem_.emplace(make({.convolution = "_conv_stem", .norm = "_bn0", .out = own_.stem, .kernel = 3, .stride = 2},
                       PlaneLayout::plain(3, own_.image.height, own_.image.width)));
    const PlaneLayout* last = &stem_->to();
    blocks_.reserve(own_.blocks.size());
    for (std::size_t i = 0; i < own_.blocks.size(); ++i) {
      blocks_.push_back(make_block(make, fmt::format("_blocks.{}.", i), own_.blocks[i], *last));
      last = &blocks_.back().project.to();
    }
    head_.emplace(make({.convolution = "_conv_head", .norm = "_bn1", .out = config.hidden}, *last));
    if (config.projection != 0) {
      projection_.emplace(linear(weights.scope("projection"), config.hidden, config.projection, tensor::Epilogue::none,
                                 tensor::Arithmetic::fp32));
    }
    check_room();
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& w, const PassOptions& options) const override {
    if (batch.tokens() > w.max_tokens) throw std::length_error("more tokens than the workspace has room for");
    const std::int64_t images = batch.sequences();
    w.each(images, [&](std::int64_t image, EncoderScratch& scratch) {
      scratch.planes.run(*stem_, batch.inputs[static_cast<std::size_t>(image)], planes_of(w, image));
    });
    observe(options.observe, 0, stem_->to(), images, w);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (options.go_on && !options.go_on()) return false;
      run_block(i, images, w, options);
      observe(options.observe, i + 1, blocks_[i].project.to(), images, w);
    }
    if (options.go_on && !options.go_on()) return false;
    w.each(images, [&](std::int64_t image, EncoderScratch& scratch) { read_out(image, w, scratch); });
    if (options.observe) observe_head(options, images, w);
    w.each_piece(images, [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
      project(w.pooled.data() + first * config_.hidden, rows, w.vectors.data() + first * config_.vector_width(),
              scratch);
    });
    return true;
  }

 private:
  using Observer = std::function<void(std::int64_t, std::span<const float>)>;

  static Block make_block(const Maker& make, const std::string& name, const InvertedResidual& sizes,
                          const PlaneLayout& from) {
    std::optional<Convolution> expand;
    if (sizes.expands()) {
      expand.emplace(make({.convolution = name + "_expand_conv", .norm = name + "_bn0", .out = sizes.expanded}, from));
    }
    Convolution filter = make({.convolution = name + "_depthwise_conv",
                               .norm = name + "_bn1",
                               .out = sizes.expanded,
                               .kernel = sizes.kernel,
                               .stride = sizes.stride,
                               .depthwise = true},
                              expand ? expand->to() : from);
    Convolution project = make({.convolution = name + "_project_conv",
                                .norm = name + "_bn2",
                                .out = sizes.out,
                                .epilogue = sizes.adds() ? PlaneEpilogue::Kind::add : PlaneEpilogue::Kind::none},
                               filter.to(), sizes.adds() ? &from : nullptr);
    return {std::move(expand), std::move(filter), std::move(project)};
  }

  // EfficientNetLiteConfig reckons with blocks of at most 16 channels.
  void check_room() const {
    const auto check = [](const PlaneLayout& layout, std::int64_t room) {
      if (layout.floats() > room) throw LoadError("oneDNN arranges planes in a way that Signalbox has no room for");
    };
    check(stem_->to(), own_.planes());
    for (const Block& block : blocks_) {
      check(block.filter.to(), own_.filtered_floats());
      if (block.expand) check(block.expand->to(), own_.expanded_floats());
      check(block.project.to(), own_.planes());
    }
    check(head_->to(), own_.expanded_floats());
  }
  float* planes_of(EncoderWorkspace& w, std::int64_t image) const { return w.planes.data() + image * own_.planes(); }
  float* expanded_in(EncoderScratch& scratch) const { return scratch.attention.data(); }
  float* filtered_in(EncoderScratch& scratch) const { return scratch.attention.data() + own_.expanded_floats(); }

  void run_block(std::size_t i, std::int64_t images, EncoderWorkspace& w, const PassOptions& options) const {
    const Block& block = blocks_[i];
    std::vector<float> between(options.observe_attention ? static_cast<std::size_t>(images * block.filter.to().size())
                                                         : 0);
    w.each(images, [&](std::int64_t image, EncoderScratch& scratch) {
      float* const state = planes_of(w, image);
      const float* from = state;
      if (block.expand) {
        scratch.planes.run(*block.expand, state, expanded_in(scratch));
        from = expanded_in(scratch);
      }
      scratch.planes.run(block.filter, from, filtered_in(scratch));
      if (!between.empty()) {
        scratch.planes.unpack(block.filter.to(), filtered_in(scratch),
                              between.data() + image * block.filter.to().size());
      }
      scratch.planes.run(block.project, filtered_in(scratch), state);
    });
    if (!between.empty()) options.observe_attention(static_cast<std::int64_t>(i), between);
  }

  // The head's planes, and their mean over the positions.
  void read_out(std::int64_t image, EncoderWorkspace& w, EncoderScratch& scratch) const {
    const float* const features = run_head(image, w, scratch);
    const std::int64_t positions = config_.sequence_tokens;
    float* const pooled = w.pooled.data() + image * config_.hidden;
    for (std::int64_t channel = 0; channel < config_.hidden; ++channel) {
      const float* const plane = features + channel * positions;
      double sum = 0;
      for (std::int64_t i = 0; i < positions; ++i) sum += plane[i];
      pooled[channel] = static_cast<float>(sum / static_cast<double>(positions));
    }
  }
  const float* run_head(std::int64_t image, EncoderWorkspace& w, EncoderScratch& scratch) const {
    scratch.planes.run(*head_, planes_of(w, image), expanded_in(scratch));
    scratch.planes.unpack(head_->to(), expanded_in(scratch), filtered_in(scratch));
    return filtered_in(scratch);
  }

  void project(const float* pooled, std::int64_t rows, float* vectors, EncoderScratch& scratch) const {
    if (projection_) {
      scratch.runner.run(*projection_, pooled, rows, vectors);
    } else {
      std::copy_n(pooled, rows * config_.hidden, vectors);
    }
  }

  void observe(const Observer& observer, std::size_t step, const PlaneLayout& layout, std::int64_t images,
               EncoderWorkspace& w) const {
    if (!observer) return;
    std::vector<float> planes(static_cast<std::size_t>(images * layout.size()));
    for (std::int64_t image = 0; image < images; ++image) {
      w.own.planes.unpack(layout, planes_of(w, image), planes.data() + image * layout.size());
    }
    observer(static_cast<std::int64_t>(step), planes);
  }
  void observe_head(const PassOptions& options, std::int64_t images, EncoderWorkspace& w) const {
    std::vector<float> planes;
    for (std::int64_t image = 0; image < images; ++image) {
      const float* const features = run_head(image, w, w.own);
      planes.insert(planes.end(), features, features + head_->to().size());
    }
    options.observe(config_.layers + 1, planes);
  }

  EncoderConfig config_;
  const EfficientNetLiteConfig& own_;
  std::optional<Convolution> stem_, head_;
  std::vector<Block> blocks_;
  std::optional<tensor::Linear> projection_;
};

}  // namespace

std::unique_ptr<ImageEncoder> make_efficientnet_lite(const EncoderConfig& config, const tensor::Weights& weights,
                                                     tensor::Arithmetic arithmetic) {
  if (arithmetic != tensor::Arithmetic::fp32) {
    throw LoadError(
        fmt::format("EfficientNet-Lite is computed in fp32 alone, not in {}", tensor::to_string(arithmetic)));
  }
  return std::make_unique<EfficientNetLite>(config, weights);
}

bool is_harmless_in_efficientnet_lite(std::string_view tensor) {
  return tensor.starts_with("_fc.") || tensor.ends_with(".num_batches_tracked");
}

}  // namespace signalbox::models
