// Vectors of a request's texts, for signals that judge by similarity.
//
// Internal to signals/. Each distinct text of a request is encoded once (EvalContext::embeddings), whoever asks. These
// block: not for I/O threads.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/embed_windows.h"
#include "models/text_embedder.h"
#include "signals/signal.h"

namespace signalbox::signals {

// Why there is no vector, as a result.
SignalResult unknown_of(const models::EmbedError& error);
bool is_blank(std::string_view text);

models::TextEmbedder::Result vector_of(const models::TextEmbedder& embedder, std::string_view text,
                                       EvalContext& context);

// All of a text: its one vector when the model reads it whole, else those of overlapping windows, so that nothing
// behind the model's limit goes unread.
std::expected<models::WindowedText, models::EmbedError> read_whole(const models::TextEmbedder& embedder,
                                                                   std::string_view text, EvalContext& context);

// For people: that the vector rests on a part of the text; empty when it does not.
std::string cut_note(const models::TextEmbedding& vector);

}  // namespace signalbox::signals
