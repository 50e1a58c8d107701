// Several texts at once, so that a model that batches can batch them.
//
// Pure but for the model; blocks (not for I/O threads). Uses a few threads of its own for the length of the call.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/text_embedder.h"

namespace signalbox::models {

using Vectors = std::vector<std::shared_ptr<const TextEmbedding>>;
// How one text is embedded; called by several threads.
using EmbedOne = std::function<TextEmbedder::Result(std::string_view text)>;

// One vector a text, in order, or the first error; then nothing further is begun.
std::expected<Vectors, EmbedError> embed_many(std::span<const std::string_view> texts, const EmbedOne& embed);

}  // namespace signalbox::models
