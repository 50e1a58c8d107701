// POST /api/v1/embeddings, /api/v1/similarity, /api/v1/similarity/batch and GET /api/v1/embeddings/models: the
// configuration's embedding model, in VSR's shapes. `tokens`, `truncated` and `trust` are ours.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "api/embedding_call.h"
#include "api/model_json.h"

namespace signalbox::api {

using gateway::HttpResponse;
using Json = nlohmann::ordered_json;
using protocol::JsonTree;
using protocol::JsonValue;

namespace {

bool is_empty_list(JsonValue value) {
  return !protocol::is_set(value) || (value.is(JsonTree::Kind::array) && value.size() == 0);
}

Json embeddings_json(const EmbeddingCall& embedding, const std::vector<std::string_view>& texts,
                     const models::Vectors& vectors) {
  const double total = embedding.elapsed_ms();
  const double each = total / static_cast<double>(texts.size());
  Json list = Json::array();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    list.push_back({{"text", texts[i]},
                    {"modality", "text"},
                    {"embedding", embedding.vector_of(*vectors[i])},
                    {"dimension", embedding.dimension()},
                    {"model_used", embedding.model().name},
                    {"processing_time_ms", each},
                    {"tokens", vectors[i]->tokens},
                    {"truncated", vectors[i]->truncated()}});
  }
  return {{"embeddings", std::move(list)},
          {"total_count", texts.size()},
          {"total_processing_time_ms", total},
          {"avg_processing_time_ms", each}};
}

bool any_cut(const models::Vectors& vectors) {
  return std::ranges::any_of(vectors, [](const auto& vector) { return vector->truncated(); });
}

// The best first; of equals the first one given.
std::vector<std::size_t> ranked(const std::vector<double>& similarities, std::size_t top) {
  std::vector<std::size_t> order(similarities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return similarities[a] != similarities[b] ? similarities[a] > similarities[b] : a < b;
  });
  order.resize(std::min(order.size(), top));
  return order;
}

std::expected<std::size_t, HttpResponse> top_k_of(const Call& call, JsonValue body) {
  std::optional<std::int64_t> top;
  if (auto read = protocol::read_integer(body["top_k"], protocol::JsonPath().key("top_k"), top); !read) {
    return std::unexpected(error_answer(call, read.error()));
  }
  if (top && *top < 0) return std::unexpected(error_answer(call, 400, "INVALID_INPUT", "top_k must not be negative"));
  return top && *top > 0 ? static_cast<std::size_t>(*top) : kMaxTexts;  // 0: all, as VSR
}

}  // namespace

HttpResponse post_embeddings(const Call& call) {
  const auto embedding = EmbeddingCall::open(call);
  if (!embedding) return embedding.error();
  if (!is_empty_list(embedding->body()["images"])) {
    return error_answer(call, 400, "INVALID_INPUT", "no model that turns pictures into vectors is loaded");
  }
  const auto texts = texts_member(call, embedding->body(), "texts");
  if (!texts) return texts.error();
  const auto vectors = embedding->embed(*texts);
  return vectors ? json_answer(200, embeddings_json(*embedding, *texts, *vectors)) : vectors.error();
}

HttpResponse post_similarity(const Call& call) {
  const auto embedding = EmbeddingCall::open(call);
  if (!embedding) return embedding.error();
  const auto first = text_member(call, embedding->body(), "text1");
  if (!first) return first.error();
  const auto second = text_member(call, embedding->body(), "text2");
  if (!second) return second.error();
  const auto vectors = embedding->embed({*first, *second});
  if (!vectors) return vectors.error();
  return json_answer(200, {{"model_used", embedding->model().name},
                           {"similarity", embedding->similarity(*vectors->front(), *vectors->back())},
                           {"processing_time_ms", embedding->elapsed_ms()},
                           {"truncated", any_cut(*vectors)}});
}

HttpResponse post_similarity_batch(const Call& call) {
  const auto embedding = EmbeddingCall::open(call);
  if (!embedding) return embedding.error();
  const auto query = text_member(call, embedding->body(), "query");
  if (!query) return query.error();
  auto texts = texts_member(call, embedding->body(), "candidates");
  if (!texts) return texts.error();
  const auto top = top_k_of(call, embedding->body());
  if (!top) return top.error();
  texts->push_back(*query);
  const auto vectors = embedding->embed(*texts);
  if (!vectors) return vectors.error();
  texts->pop_back();
  std::vector<double> similarities;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    similarities.push_back(embedding->similarity(*(*vectors)[i], *vectors->back()));
  }
  Json matches = Json::array();
  for (const std::size_t i : ranked(similarities, *top)) {
    matches.push_back({{"index", i}, {"similarity", similarities[i]}, {"text", (*texts)[i]}});
  }
  return json_answer(200, {{"matches", std::move(matches)},
                           {"total_candidates", texts->size()},
                           {"model_used", embedding->model().name},
                           {"processing_time_ms", embedding->elapsed_ms()},
                           {"truncated", any_cut(*vectors)}});
}

HttpResponse get_embedding_models(const Call& call) {
  const Json models = call.snapshot != nullptr ? embedding_models_json(*call.snapshot) : Json::array();
  return json_answer(200, {{"models", models}, {"count", models.size()}});
}

}  // namespace signalbox::api
