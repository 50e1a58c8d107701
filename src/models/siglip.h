// SigLIP (Zhai et al., Sigmoid Loss for Language Image Pre-Training, 2023) and SigLIP 2 of a fixed resolution, which
// has the same layers: images and texts as vectors of one space.
//
// Its images are pooled by an attention probe, its texts are padded to 64 tokens that are all read, the last of them
// being the text's. Held to transformers' modeling_siglip.py by trust/image_parity_test.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "models/classification_head.h"
#include "models/image_encoder.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

EncoderConfig read_siglip_text_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_siglip_text(const EncoderConfig& config, const tensor::Weights& weights,
                                              tensor::Arithmetic arithmetic);
Dense make_siglip_text_projection(const EncoderConfig& config, const tensor::Weights& weights);
bool is_harmless_in_siglip_text(std::string_view tensor);

// Of a joint model, and of one that was saved as its image tower alone ("siglip_vision_model").
EncoderConfig read_siglip_image_config(const JsonObject& config, const tensor::Weights& weights);
EncoderConfig read_siglip_vision_model_config(const JsonObject& config, const tensor::Weights& weights);
std::unique_ptr<ImageEncoder> make_siglip_images(const EncoderConfig& config, const tensor::Weights& weights,
                                                 tensor::Arithmetic arithmetic);
bool is_harmless_in_siglip_images(std::string_view tensor);

// The same tower under another name, with what stands around it in other models: a folder's own readout, and a
// projection.
EncoderConfig read_siglip_tower(const JsonObject& vision, const tensor::WeightScope& tower);
std::unique_ptr<ImageEncoder> make_siglip_tower(const EncoderConfig& config, const tensor::WeightScope& tower,
                                                std::optional<tensor::Linear> projection,
                                                tensor::Arithmetic arithmetic);

}  // namespace signalbox::models
