// Goldens of an image tower: what the reference implementation computed, made by parity/image/goldens.py.
//
// Immutable after load; any thread. Throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "models/image_encoder.h"

namespace signalbox::trust {

struct GoldenImage {
  std::vector<float> pixels;  // what the tower gets: [3, height, width], RGB, normalised
  // By name, in the order of the pass: "patch embedding", "layer k attention", "layer k mlp" (k from 0; the last one
  // with the norm that follows), "pooling head", "projection", "vector" (of length 1). What stands before the pooling
  // is there for some images only. Of a convolutional tower: "stem", "block k depthwise", "block k", "head" in the
  // place of those before the pooling, as planes [channels, height, width].
  std::vector<std::pair<std::string, std::vector<float>>> stages;

  const std::vector<float>* find(std::string_view stage) const;
};

struct ImageGoldens {
  std::string weights_sha256;  // of the file they were made with
  std::string reference;       // "torch 2.15.0, transformers 5.23.0"
  std::vector<GoldenImage> images;
};

// Names of the stages of a tower.
std::vector<std::string> image_stages(const models::EncoderConfig& config);
// Of what PassOptions::observe and observe_attention are given.
std::string state_name(const models::EncoderConfig& config, std::int64_t step);
std::string inner_state_name(const models::EncoderConfig& config, std::int64_t layer);

// `folder` holds manifest.json and goldens.safetensors, made for images of the tower's shape.
ImageGoldens load_image_goldens(const std::filesystem::path& folder, const models::EncoderConfig& config);

}  // namespace signalbox::trust
