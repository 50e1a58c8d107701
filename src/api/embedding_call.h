// Internal to api/: what the endpoints that turn texts into vectors have in common: a strictly read body, the model of
// the configuration in force, and errors with the right status.
//
// An EmbeddingCall belongs to one request. Blocks while the model works; for management threads, never I/O threads.
#pragma once

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "api/answers.h"
#include "models/embed_many.h"
#include "protocol/json_members.h"
#include "protocol/json_tree.h"

namespace signalbox::api {

inline constexpr std::size_t kMaxTexts = 1024;
// In which a management request must be answered.
inline constexpr std::chrono::seconds kEmbeddingPatience{30};

class EmbeddingCall {
 public:
  // Reads the body and its members model, dimension and target_layer. The answer to give instead, when one is wrong or
  // there is no model.
  static std::expected<EmbeddingCall, gateway::HttpResponse> open(const Call& call);

  protocol::JsonValue body() const { return tree_.root(); }
  const models::ModelInfo& model() const { return embedder_->info(); }
  std::uint32_t dimension() const { return dimension_; }

  // One vector a text, uncut; or the answer that says why not.
  std::expected<models::Vectors, gateway::HttpResponse> embed(const std::vector<std::string_view>& texts) const;
  // The vector in the wanted dimension.
  std::vector<float> vector_of(const models::TextEmbedding& embedding) const;
  // Of the wanted dimension's vectors.
  double similarity(const models::TextEmbedding& a, const models::TextEmbedding& b) const;
  double elapsed_ms() const;

 private:
  EmbeddingCall(const Call& call, protocol::JsonTree tree) : call_(&call), tree_(std::move(tree)) {}
  std::optional<gateway::HttpResponse> choose_model();
  std::optional<gateway::HttpResponse> choose_dimension();

  const Call* call_;
  protocol::JsonTree tree_;
  std::shared_ptr<const models::TextEmbedder> embedder_;
  std::uint32_t dimension_ = 0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// What a model's failure is to a client.
gateway::HttpResponse answer_of(const Call& call, const models::EmbedError& error);

// A member that must be a text, and one that must be a list of 1 to kMaxTexts texts.
std::expected<std::string_view, gateway::HttpResponse> text_member(const Call& call, protocol::JsonValue body,
                                                                   std::string_view name);
std::expected<std::vector<std::string_view>, gateway::HttpResponse> texts_member(const Call& call,
                                                                                 protocol::JsonValue body,
                                                                                 std::string_view name);

}  // namespace signalbox::api
