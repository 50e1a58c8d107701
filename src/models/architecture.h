// The text architectures that Signalbox knows. A new one is one file and one line in architecture.cpp.
//
// Pure; used at load, by one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/model_config.h"
#include "models/text_encoder.h"
#include "tensor/arithmetic.h"
#include "tensor/weights.h"

namespace signalbox::models {

struct Architecture {
  std::string_view model_type;  // of config.json
  // Everything but model_type and what the embedding signal alone asks for. What the encoder would silently ignore must
  // be refused. Throws tensor::LoadError.
  EncoderConfig (*read_config)(const JsonObject& config);
  // Takes its tensors; which ones are left is its caller's affair. Throws tensor::LoadError.
  std::unique_ptr<TextEncoder> (*make)(const EncoderConfig& config, const tensor::Weights& weights,
                                       tensor::Arithmetic arithmetic);
  // Tensors that its files may hold and the encoder has no use for: heads of other tasks, constants.
  bool (*is_harmless)(std::string_view tensor);
  // The head of its fine-tuned classifiers; null: none is supported. Throws tensor::LoadError.
  std::unique_ptr<ClassificationHead> (*make_head)(ClassifierTask task, const EncoderConfig& config,
                                                   const tensor::Weights& weights, std::size_t labels);
  // The layer that makes a text's vector of its pooled state (EncoderConfig::projection); null: there is none. Throws
  // tensor::LoadError.
  Dense (*make_projection)(const EncoderConfig& config, const tensor::Weights& weights) = nullptr;
};

// Null: unknown.
const Architecture* find_architecture(std::string_view model_type);
std::string known_architectures();  // "bert, roberta", for people

}  // namespace signalbox::models
