#include "signals/text_vectors.h"

#include <fmt/format.h>

#include "signals/model_errors.h"
#include "signals/request_embeddings.h"

namespace signalbox::signals {

using models::EmbedError;
using models::TextEmbedder;

SignalResult unknown_of(const EmbedError& error) {
  return SignalResult::unknown(reason_of(error.kind), error.detail);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

TextEmbedder::Result vector_of(const TextEmbedder& embedder, std::string_view text, EvalContext& context) {
  return context.embeddings != nullptr ? context.embeddings->get(embedder, text)
                                       : embedder.embed(text, {.deadline = context.deadline, .cancelled = {}});
}

std::expected<models::WindowedText, EmbedError> read_whole(const TextEmbedder& embedder, std::string_view text,
                                                           EvalContext& context) {
  return models::embed_windows(text, [&](std::string_view window) { return vector_of(embedder, window, context); }, 0);
}

std::string cut_note(const models::TextEmbedding& vector) {
  if (!vector.truncated()) return {};
  return fmt::format("the text was cut: the model read {} of {} tokens", vector.covered_tokens, vector.tokens);
}

}  // namespace signalbox::signals
