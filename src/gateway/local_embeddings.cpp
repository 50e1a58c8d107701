#include "gateway/local_embeddings.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "models/embed_many.h"
#include "models/matryoshka.h"
#include "protocol/json_members.h"

namespace signalbox::gateway {

namespace {

using models::EmbedError;
using protocol::JsonTree;
using protocol::JsonValue;

constexpr std::string_view kEndpoint = "/embeddings";
constexpr std::size_t kMaxInputs = 2048;  // as OpenAI

Reply refusal(int status, std::string_view type, std::string_view code, std::string message) {
  return {error_response(status, type, code, message), "error", std::string(code)};
}

Reply bad_request(std::string_view code, std::string message) {
  return refusal(400, "invalid_request_error", code, std::move(message));
}

struct Wanted {
  std::vector<std::string_view> texts;
  std::uint32_t dimension = 0;
  bool base64 = false;
};

std::optional<Reply> read_texts(JsonValue input, std::vector<std::string_view>& texts) {
  const bool list = input.is(JsonTree::Kind::array);
  if (list && input.size() > kMaxInputs) {
    return bad_request("too_many_inputs", fmt::format("input may hold {} texts at most", kMaxInputs));
  }
  for (JsonValue item = list ? input.first() : input; item; item = list ? item.next() : JsonValue()) {
    if (!item.is(JsonTree::Kind::string)) {
      return bad_request("unsupported_input",
                         "input must be a text or a list of texts: token ids belong to a tokenizer "
                         "that this model may not have");
    }
    if (item.string_or().empty()) return bad_request("invalid_value", "input must not be an empty text");
    texts.push_back(item.string_or());
  }
  return std::nullopt;
}

std::optional<Reply> read_format(JsonValue body, const models::ModelInfo& model, Wanted& wanted) {
  const protocol::JsonPath path;
  std::string_view format = "float";
  std::optional<std::int64_t> dimensions;
  protocol::Checked read = protocol::read_string(body["encoding_format"], path.key("encoding_format"), format);
  if (read) read = protocol::read_integer(body["dimensions"], path.key("dimensions"), dimensions);
  if (!read)
    return Reply{json_response(read.error().status, protocol::to_json(read.error())), "error", read.error().code};
  if (format != "float" && format != "base64") {
    return bad_request("invalid_value", "encoding_format must be float or base64");
  }
  const std::int64_t dimension = dimensions.value_or(model.dimension);
  if (dimension < 1 || dimension > model.dimension ||
      !models::has_dimension(model, static_cast<std::uint32_t>(dimension))) {
    return bad_request("unsupported_dimensions",
                       fmt::format("vectors of this model have dimension {}", models::dimensions_text(model)));
  }
  wanted.base64 = format == "base64";
  wanted.dimension = static_cast<std::uint32_t>(dimension);
  return std::nullopt;
}

Reply failure(const EmbedError& error) {
  switch (error.kind) {
    case EmbedError::Kind::overloaded: {
      Reply reply = refusal(503, "server_error", "overloaded", error.detail);
      reply.response.headers.set("retry-after", "1");
      return reply;
    }
    case EmbedError::Kind::timeout:
    case EmbedError::Kind::cancelled:
      return refusal(504, "server_error", "timeout", error.detail);
    case EmbedError::Kind::untrusted:
      return refusal(503, "server_error", "model_not_trusted", error.detail);
    case EmbedError::Kind::failed:
      return refusal(500, "server_error", "internal_error", error.detail);
  }
  return refusal(500, "server_error", "internal_error", "the model failed");
}

// Little-endian 32-bit floats, which is what OpenAI's clients decode.
std::string base64_of(const std::vector<float>& vector) {
  static_assert(std::endian::native == std::endian::little && sizeof(float) == 4);
  const std::size_t bytes = vector.size() * sizeof(float);
  std::string text((bytes + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(vector.data()), static_cast<int>(bytes));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

void append_vector(const std::vector<float>& vector, bool base64, std::string& out) {
  if (base64) {
    out += '"' + base64_of(vector) + '"';
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i)
    fmt::format_to(std::back_inserter(out), "{}{}", i ? "," : "", vector[i]);
  out += ']';
}

std::string body_of(const models::Vectors& vectors, const Wanted& wanted, const std::string& model,
                    std::int64_t tokens) {
  std::string out = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    fmt::format_to(std::back_inserter(out), R"({}{{"object":"embedding","index":{},"embedding":)", i ? "," : "", i);
    append_vector(models::cut_to(vectors[i]->values, wanted.dimension), wanted.base64, out);
    out += '}';
  }
  fmt::format_to(std::back_inserter(out), R"(],"model":{},"usage":{{"prompt_tokens":{},"total_tokens":{}}}}})",
                 nlohmann::json(model).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), tokens, tokens);
  return out;
}

std::optional<Reply> refuse_cut_texts(const models::Vectors& vectors, const models::ModelInfo& model) {
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    if (!vectors[i]->truncated()) continue;
    return bad_request("context_length_exceeded", fmt::format("the model reads {} tokens, and input {} has {}",
                                                              model.max_tokens, i, vectors[i]->tokens));
  }
  return std::nullopt;
}

}  // namespace

bool is_local_embedding(const Exchange& exchange) {
  const std::optional<std::size_t> model = exchange.judgement.model;
  return exchange.endpoint == kEndpoint && model && exchange.snapshot->models[*model].local_embeddings;
}

std::optional<Reply> refuse_other_embedders(const Exchange& exchange) {
  const bool here = exchange.endpoint == kEndpoint && exchange.snapshot->spec->global.router.local_embeddings;
  if (!here || is_local_embedding(exchange)) return std::nullopt;
  return bad_request("unsupported_model",
                     fmt::format("only the model \"{}\" makes embeddings here", exchange.snapshot->embedding->name));
}

Reply embed_locally(Exchange& exchange) {
  const models::TextEmbedder& model = *exchange.snapshot->embedding->embedder;
  const JsonValue body = exchange.request->tree.root();
  Wanted wanted;
  if (auto wrong = read_texts(body["input"], wanted.texts)) return std::move(*wrong);
  if (auto wrong = read_format(body, model.info(), wanted)) return std::move(*wrong);
  const models::EmbedOptions options{.deadline = exchange.received + exchange.snapshot->answer_timeout,
                                     .cancelled = exchange.gone};
  const auto vectors =
      models::embed_many(wanted.texts, [&](std::string_view text) { return model.embed(text, options); });
  if (!vectors) return failure(vectors.error());
  if (auto wrong = refuse_cut_texts(*vectors, model.info())) return std::move(*wrong);
  std::int64_t tokens = 0;
  for (const auto& vector : *vectors) tokens += vector->tokens;
  exchange.embedded_tokens = tokens;
  return {json_response(200, body_of(*vectors, wanted, exchange.snapshot->embedding->name, tokens)), "local", ""};
}

}  // namespace signalbox::gateway
