#include "learn/embed_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "learn/parallel.h"

namespace signalbox::learn {
namespace {

constexpr std::size_t kChunk = 256;  // texts between two steps of the progress
constexpr unsigned kAtOnce = 32;     // short texts: enough for full batches on a few threads

using Vector = std::shared_ptr<const models::TextEmbedding>;

std::optional<models::EmbedError> embed_chunk(const models::TextEmbedder& model,
                                              std::span<const std::string_view> texts, std::span<Vector> vectors) {
  std::mutex mutex;
  std::optional<models::EmbedError> failed;
  parallel_for(texts.size(), kAtOnce, [&](std::size_t i) {
    const models::TextEmbedder::Result result = model.embed(texts[i], {});
    if (result) {
      vectors[i] = *result;
      return;
    }
    const std::lock_guard lock(mutex);
    if (!failed) failed = result.error();
  });
  return failed;
}

}  // namespace

std::expected<LabelledVectors, std::string> embed_texts(const models::TextEmbedder& model,
                                                        std::vector<LabelledText> texts, const Progress& progress,
                                                        VectorStore* store) {
  LabelledVectors result;
  result.texts = std::move(texts);
  std::map<std::string_view, Vector> known;
  std::vector<std::string_view> left;
  for (const LabelledText& one : result.texts) {
    const auto [place, is_new] = known.emplace(one.text, nullptr);
    if (!is_new) continue;
    if (store != nullptr) place->second = store->find(one.text);
    if (!place->second) left.push_back(one.text);
  }
  std::vector<Vector> vectors(left.size());
  for (std::size_t begin = 0; begin < left.size(); begin += kChunk) {
    const std::size_t count = std::min(kChunk, left.size() - begin);
    const auto failed =
        embed_chunk(model, std::span(left).subspan(begin, count), std::span(vectors).subspan(begin, count));
    if (failed) {
      return std::unexpected(
          fmt::format("{} could not read a text ({}): {}", model.info().name, to_string(failed->kind), failed->detail));
    }
    if (progress) progress(begin + count, left.size());
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (store != nullptr) store->put(left[i], vectors[i]);
    known[left[i]] = std::move(vectors[i]);
  }
  result.vectors = {static_cast<std::int64_t>(result.texts.size()), model.info().dimension, {}};
  for (const LabelledText& one : result.texts) {
    const models::TextEmbedding& embedding = *known.at(one.text);
    result.vectors.values.insert(result.vectors.values.end(), embedding.values.begin(), embedding.values.end());
    result.cut += embedding.truncated() ? 1 : 0;
  }
  return result;
}

}  // namespace signalbox::learn
