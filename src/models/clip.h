// CLIP (Radford et al., Learning Transferable Visual Models From Natural Language Supervision, 2021): images and texts
// as vectors of one space.
//
// An image's vector is its class token's state, a text's that of its end token, which sees all before it; both are
// projected. Held to transformers' modeling_clip.py by trust/image_parity_test.cpp.
#pragma once

#include <memory>
#include <string_view>

#include "models/classification_head.h"
#include "models/image_encoder.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

EncoderConfig read_clip_text_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_clip_text(const EncoderConfig& config, const tensor::Weights& weights,
                                            tensor::Arithmetic arithmetic);
Dense make_clip_text_projection(const EncoderConfig& config, const tensor::Weights& weights);
bool is_harmless_in_clip_text(std::string_view tensor);

// Of a joint model, and of one that was saved as its image tower alone ("clip_vision_model").
EncoderConfig read_clip_image_config(const JsonObject& config, const tensor::Weights& weights);
EncoderConfig read_clip_vision_model_config(const JsonObject& config, const tensor::Weights& weights);
std::unique_ptr<ImageEncoder> make_clip_images(const EncoderConfig& config, const tensor::Weights& weights,
                                               tensor::Arithmetic arithmetic);
bool is_harmless_in_clip_images(std::string_view tensor);

}  // namespace signalbox::models
