#include "signals/text_vectors.h"

#include <fmt/format.h>

#include "signals/request_embeddings.h"
#include "signals/text_windows.h"

namespace signalbox::signals {

using models::EmbedError;
using models::TextEmbedder;

namespace {

Reason reason_of(EmbedError::Kind kind) {
  switch (kind) {
    case EmbedError::Kind::overloaded:
      return Reason::overloaded;
    case EmbedError::Kind::timeout:
      return Reason::timeout;
    case EmbedError::Kind::untrusted:
      return Reason::untrusted_model;
    case EmbedError::Kind::cancelled:
    case EmbedError::Kind::failed:
      return Reason::error;
  }
  return Reason::error;
}

}  // namespace

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

std::expected<models::Vectors, EmbedError> read_whole(const TextEmbedder& embedder, std::string_view text,
                                                      EvalContext& context) {
  const TextEmbedder::Result whole = vector_of(embedder, text, context);
  if (!whole) return std::unexpected(whole.error());
  models::Vectors vectors;
  if (!(*whole)->truncated()) {
    vectors.push_back(*whole);
    return vectors;
  }
  std::vector<std::string_view> left = windows_of(text, 1 + (*whole)->tokens * 5 / ((*whole)->covered_tokens * 4));
  while (!left.empty()) {
    const std::string_view window = left.back();
    left.pop_back();
    const TextEmbedder::Result vector = vector_of(embedder, window, context);
    if (!vector) return std::unexpected(vector.error());
    if ((*vector)->truncated()) {  // denser than the rest
      const std::vector<std::string_view> halves = windows_of(window, 2);
      if (halves.size() > 1) {
        left.insert(left.end(), halves.begin(), halves.end());
        continue;
      }
    }
    vectors.push_back(*vector);
  }
  return vectors;
}

std::string cut_note(const models::TextEmbedding& vector) {
  if (!vector.truncated()) return {};
  return fmt::format("the text was cut: the model read {} of {} tokens", vector.covered_tokens, vector.tokens);
}

}  // namespace signalbox::signals
