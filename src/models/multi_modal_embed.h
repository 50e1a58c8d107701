// multi-modal-embed-small and -large, the embedding models of vLLM Semantic Router: a sentence encoder and SigLIP's
// image tower, brought into one space by a projection.
//
// small: MiniLM (BERT), mean; SigLIP's pooling head, `image_encoder.projection`. large: mmBERT (ModernBERT), mean; the
// mean of all patches but the first, `image_proj`. The files hold further towers (audio, fusion, layer exits), which
// nothing here reads. Their training wrote config.json without "model_type"; implied_model_type() recognises them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "models/image_encoder.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

inline constexpr std::string_view kMultiModalEmbedSmall = "multi-modal-embed-small";
inline constexpr std::string_view kMultiModalEmbedLarge = "multi-modal-embed-large";
// Of a config.json without a model_type; empty: of none that is known.
std::string_view implied_model_type(const JsonObject& config);

// SigLIP's image processor for images of this shape, as a preprocessor_config.json: what both models were trained with.
std::string siglip_preprocessor(const ImageShape& image);

EncoderConfig read_embed_small_text_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_embed_small_text(const EncoderConfig& config, const tensor::Weights& weights,
                                                   tensor::Arithmetic arithmetic);
bool is_harmless_in_embed_small_text(std::string_view tensor);
EncoderConfig read_embed_small_images(const JsonObject& config, const tensor::Weights& weights);
std::unique_ptr<ImageEncoder> make_embed_small_images(const EncoderConfig& config, const tensor::Weights& weights,
                                                      tensor::Arithmetic arithmetic);
bool is_harmless_in_embed_small_images(std::string_view tensor);

EncoderConfig read_embed_large_text_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_embed_large_text(const EncoderConfig& config, const tensor::Weights& weights,
                                                   tensor::Arithmetic arithmetic);
bool is_harmless_in_embed_large_text(std::string_view tensor);
EncoderConfig read_embed_large_images(const JsonObject& config, const tensor::Weights& weights);
std::unique_ptr<ImageEncoder> make_embed_large_images(const EncoderConfig& config, const tensor::Weights& weights,
                                                      tensor::Arithmetic arithmetic);
bool is_harmless_in_embed_large_images(std::string_view tensor);

}  // namespace signalbox::models
