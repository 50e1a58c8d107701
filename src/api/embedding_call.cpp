#include "api/embedding_call.h"

#include <fmt/format.h>

#include "models/matryoshka.h"
#include "protocol/json_path.h"
#include "signals/prototype_bank.h"

namespace signalbox::api {

using gateway::HttpResponse;
using models::EmbedError;
using protocol::JsonTree;
using protocol::JsonValue;

namespace {

HttpResponse invalid(const Call& call, std::string_view message) {
  return error_answer(call, 400, "INVALID_INPUT", message);
}

HttpResponse overloaded(const Call& call, const EmbedError& error) {
  HttpResponse response = error_answer(call, 503, "OVERLOADED", error.detail);
  response.headers.set("Retry-After", "1");
  return response;
}

}  // namespace

HttpResponse answer_of(const Call& call, const EmbedError& error) {
  switch (error.kind) {
    case EmbedError::Kind::overloaded:
      return overloaded(call, error);
    case EmbedError::Kind::timeout:
    case EmbedError::Kind::cancelled:
      return error_answer(call, 504, "TIMEOUT", error.detail);
    case EmbedError::Kind::untrusted:
      return error_answer(call, 503, "MODEL_NOT_TRUSTED", error.detail);
    case EmbedError::Kind::failed:
      return error_answer(call, 500, "INTERNAL_ERROR", error.detail);
  }
  return error_answer(call, 500, "INTERNAL_ERROR", "the model failed");
}

namespace {

// The names by which the configuration's only embedding model may be asked for.
bool names_model(const Call& call, std::string_view name, const models::ModelInfo& model) {
  const router::SemanticEmbeddingsSpec& spec = call.snapshot->spec->global.model_catalog.embeddings.semantic;
  for (const config::EnumName& type : router::enum_names(router::EmbeddingModelType{})) {
    if (type.value == static_cast<int>(router::model_type_of(spec)) && type.name == name) return true;
  }
  return name.empty() || name == "auto" || name == model.name;
}

}  // namespace

std::expected<EmbeddingCall, HttpResponse> EmbeddingCall::open(const Call& call) {
  if (call.snapshot == nullptr) {
    return std::unexpected(error_answer(call, 503, "UNAVAILABLE", "no configuration is in force yet"));
  }
  auto tree = JsonTree::parse(call.request.body, {.max_bytes = kMaxManagementBody});
  if (!tree) return std::unexpected(error_answer(call, tree.error()));
  if (!tree->root().is(JsonTree::Kind::object)) {
    return std::unexpected(invalid(call, "the body must be a JSON object"));
  }
  EmbeddingCall opened(call, std::move(*tree));
  if (auto refusal = opened.choose_model()) return std::unexpected(std::move(*refusal));
  if (auto refusal = opened.choose_dimension()) return std::unexpected(std::move(*refusal));
  return opened;
}

std::optional<HttpResponse> EmbeddingCall::choose_model() {
  const signals::EmbeddingModel& model = *call_->snapshot->embedding;
  if (!model.embedder) return error_answer(*call_, 503, "MODEL_NOT_READY", model.missing);
  embedder_ = model.embedder;
  std::string_view name;
  if (auto read = protocol::read_string(body()["model"], protocol::JsonPath().key("model"), name); !read) {
    return error_answer(*call_, read.error());
  }
  if (names_model(*call_, name, embedder_->info())) return std::nullopt;
  return invalid(*call_, fmt::format("this model is not loaded; \"{}\" is", embedder_->info().name));
}

std::optional<HttpResponse> EmbeddingCall::choose_dimension() {
  std::optional<std::int64_t> dimension, layer;
  const protocol::JsonPath path;
  for (auto [key, value] : {std::pair("dimension", &dimension), std::pair("target_layer", &layer)}) {
    if (auto read = protocol::read_integer(body()[key], path.key(key), *value); !read) {
      return error_answer(*call_, read.error());
    }
  }
  if (layer) {
    return invalid(*call_,
                   "target_layer belongs to the configuration (embedding_config.target_layer), not to a request");
  }
  const models::ModelInfo& info = embedder_->info();
  const std::int64_t wanted = dimension.value_or(info.dimension);
  if (wanted < 1 || wanted > info.dimension || !models::has_dimension(info, static_cast<std::uint32_t>(wanted))) {
    return invalid(*call_, fmt::format("vectors of this model have dimension {}", models::dimensions_text(info)));
  }
  dimension_ = static_cast<std::uint32_t>(wanted);
  return std::nullopt;
}

std::expected<models::Vectors, HttpResponse> EmbeddingCall::embed(const std::vector<std::string_view>& texts) const {
  const models::EmbedOptions options{.deadline = began_ + kEmbeddingPatience, .cancelled = {}};
  auto vectors = models::embed_many(texts, [&](std::string_view text) { return embedder_->embed(text, options); });
  if (!vectors) return std::unexpected(answer_of(*call_, vectors.error()));
  return std::move(*vectors);
}

std::vector<float> EmbeddingCall::vector_of(const models::TextEmbedding& embedding) const {
  return models::cut_to(embedding.values, dimension_);
}

double EmbeddingCall::similarity(const models::TextEmbedding& a, const models::TextEmbedding& b) const {
  return signals::dot(vector_of(a), vector_of(b));
}

double EmbeddingCall::elapsed_ms() const {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_).count();
}

std::expected<std::string_view, HttpResponse> text_member(const Call& call, JsonValue body, std::string_view name) {
  std::string_view text;
  if (auto read = protocol::require_string(body[name], protocol::JsonPath().key(name), text); !read) {
    return std::unexpected(error_answer(call, read.error()));
  }
  if (text.empty()) return std::unexpected(invalid(call, fmt::format("{} must not be empty", name)));
  return text;
}

std::expected<std::vector<std::string_view>, HttpResponse> texts_member(const Call& call, JsonValue body,
                                                                        std::string_view name) {
  const JsonValue list = body[name];
  if (!list.is(JsonTree::Kind::array) || list.size() == 0) {
    return std::unexpected(invalid(call, fmt::format("{} must be a list of texts", name)));
  }
  if (list.size() > kMaxTexts) {
    return std::unexpected(invalid(call, fmt::format("{} may hold {} texts at most", name, kMaxTexts)));
  }
  std::vector<std::string_view> texts;
  for (JsonValue item = list.first(); item; item = item.next()) {
    if (!item.is(JsonTree::Kind::string) || item.string_or().empty()) {
      return std::unexpected(invalid(call, fmt::format("{}[{}] must be a text that is not empty", name, texts.size())));
    }
    texts.push_back(item.string_or());
  }
  return texts;
}

}  // namespace signalbox::api
