#include "protocol/response.h"

#include <fmt/format.h>

#include "protocol/json_string.h"
#include "protocol/splice.h"
#include "protocol/sse.h"

namespace signalbox::protocol {
namespace {

std::string usage_json(const TokenUsage& usage) {
  return fmt::format(
      R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},"prompt_tokens_details":{{"cached_tokens":{}}}}})",
      usage.prompt_tokens, usage.completion_tokens, usage.prompt_tokens + usage.completion_tokens, usage.cached_tokens);
}

std::string head(const FixedAnswer& answer, std::string_view object) {
  return fmt::format(R"({{"id":{},"object":"{}","created":{},"model":{})", quote(answer.id), object, answer.created,
                     quote(answer.model));
}

// Writes the chunks of one stream; they share their head.
class ChunkWriter {
 public:
  ChunkWriter(const FixedAnswer& answer, bool include_usage)
      : head_(head(answer, "chat.completion.chunk")), tail_(include_usage ? R"(,"usage":null})" : "}") {}

  void delta(std::string_view delta, std::string_view finish_reason) {
    append_sse(out_, fmt::format(R"({},"choices":[{{"index":0,"delta":{},"logprobs":null,"finish_reason":{}}}]{})",
                                 head_, delta, finish_reason, tail_));
  }

  void usage(const TokenUsage& usage) {
    append_sse(out_, fmt::format(R"({},"choices":[],"usage":{}}})", head_, usage_json(usage)));
  }

  std::string finish() { return std::move(out_.append(kSseDone)); }

 private:
  std::string head_;
  std::string tail_;
  std::string out_;
};

// Cuts a word with the white space behind it off the front.
std::string_view take_word(std::string_view& text) {
  constexpr std::string_view kSpaces = " \n\t\r";
  const std::size_t word = std::min(text.find_first_of(kSpaces), text.size());
  const std::size_t end = std::min(text.find_first_not_of(kSpaces, word), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

void append_optional(std::string& out, std::string_view key, std::string_view value) {
  if (!value.empty()) out += fmt::format(R"(,"{}":{})", key, quote(value));
}

}  // namespace

std::string chat_completion_json(const FixedAnswer& answer) {
  return fmt::format(
      R"({},"choices":[{{"index":0,"message":{{"role":"assistant","content":{},"refusal":null}},"logprobs":null,"finish_reason":{}}}],"usage":{}}})",
      head(answer, "chat.completion"), quote(answer.text), quote(answer.finish_reason), usage_json(answer.usage));
}

std::string chat_completion_stream(const FixedAnswer& answer, bool include_usage) {
  ChunkWriter chunks(answer, include_usage);
  chunks.delta(R"({"role":"assistant","content":""})", "null");
  for (std::string_view text = answer.text; !text.empty();) {
    chunks.delta(R"({"content":)" + quote(take_word(text)) + "}", "null");
  }
  chunks.delta("{}", quote(answer.finish_reason));
  if (include_usage) chunks.usage(answer.usage);
  return chunks.finish();
}

std::string model_json(const ModelCard& card) {
  std::string out = fmt::format(R"({{"id":{},"object":"model","created":{},"owned_by":{})", quote(card.id),
                                card.created, quote(card.owned_by));
  append_optional(out, "description", card.description);
  append_optional(out, "logo_url", card.logo_url);
  out += fmt::format(R"(,"routing":{{"resolution":"{}","selectable":{},"default_route":{})",
                     card.is_virtual ? "virtual" : "passthrough", card.selectable, card.default_route);
  append_optional(out, "recipe", card.recipe);
  return out + "}}";
}

std::string model_list_json(const std::vector<ModelCard>& cards) {
  std::string out = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < cards.size(); ++i) {
    if (i > 0) out += ',';
    out += model_json(cards[i]);
  }
  return out + "]}";
}

}  // namespace signalbox::protocol
