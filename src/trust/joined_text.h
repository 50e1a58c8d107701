// A joint model whose text tower is another folder: an image tower that was trained into a text model's space and names
// it (models::JoinedText), so that the text model is loaded once and shared with the text rules.
//
// Pure but for reading the folders; any thread. Throws tensor::LoadError.
#pragma once

#include <string>

#include "models/embedder_provider.h"
#include "models/loaded_image_encoder.h"

namespace signalbox::trust {

// What opens the text tower of the folder that is asked for: that folder, or the text model it names, which then is
// computed in fp32 unless another precision is asked for by name.
models::EmbedderRequest with_joined_text(const models::EmbedderRequest& request);

// ModelInfo::joined_space of an image tower with ModelInfo::precision and dimension. The text model must be the one
// that the tower was trained with, by its fingerprint, and as wide.
std::string joined_space(const models::ImageFolder& folder, const models::ModelInfo& images);

}  // namespace signalbox::trust
