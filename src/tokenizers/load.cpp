// The file as a whole: its parts are read in the order in which they depend on each other.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "tokenizers/tokenizer_impl.h"

namespace signalbox::tokenizers {
namespace {

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::uint32_t pad_of_padding(const JsonValue& json) {
  JsonObject object = json.object();
  for (const char* key : {"strategy", "direction", "pad_to_multiple_of", "pad_type_id", "pad_token"})
    object.ignore(key);
  const std::uint32_t id = object.at("pad_id").number();
  object.finish();
  return id;
}

void check_truncation(const JsonValue& json) {
  JsonObject object = json.object();
  for (const char* key : {"direction", "max_length", "strategy", "stride"}) object.ignore(key);
  object.finish();
}

// Decoders are not used; one of no known kind still says that the file is newer than this.
void check_decoder(const JsonValue& json) {
  static constexpr std::string_view kKnown[] = {"BPEDecoder", "ByteLevel", "WordPiece", "Metaspace", "CTC",
                                                "Sequence",   "Replace",   "Fuse",      "Strip",     "ByteFallback"};
  JsonObject object = json.object();
  const JsonValue type = object.at("type");
  if (std::ranges::find(kKnown, type.string()) == std::end(kKnown))
    type.fail("is not a decoder known to this version.");
}

void index_added(Tokenizer::Impl& made) {
  const std::vector<AddedToken>& tokens = made.added.tokens();
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    made.added_by_id.push_back(i);
    if (tokens[i].special) made.special_ids.push_back(tokens[i].id);
  }
  std::ranges::sort(made.added_by_id, {}, [&](std::uint32_t i) { return tokens[i].id; });
  std::ranges::sort(made.special_ids);
}

void find_edges(Tokenizer::Impl& made) {
  if (!made.post.trim) return;
  const Vocabulary& vocabulary = made.model->vocabulary();
  made.edges.resize(vocabulary.id_end());
  for (std::uint32_t id = 0; id < vocabulary.id_end(); ++id) {
    if (const auto token = vocabulary.token(id)) made.edges[id] = Tokenizer::Impl::edges_of(*token);
  }
}

}  // namespace

std::unique_ptr<const Tokenizer::Impl> load_tokenizer(const JsonValue& json, const LoadLimits& limits) {
  auto made = std::make_unique<Tokenizer::Impl>();
  made->number = next_number();
  JsonObject object = json.object();
  if (const auto version = object.find("version"); version && version->string() != "1.0") version->fail("must be 1.0.");
  if (const auto truncation = object.find("truncation")) check_truncation(*truncation);
  if (const auto decoder = object.find("decoder")) check_decoder(*decoder);
  if (const auto padding = object.find("padding")) made->pad_id = pad_of_padding(*padding);
  if (const auto normalizer = object.find("normalizer")) made->normalizer = read_normalizer(*normalizer);
  const JsonValue model = object.at("model");
  const std::optional<JsonValue> pre_tokenizer = object.find("pre_tokenizer");
  const bool raw_bytes = pre_tokenizer && ends_in_byte_level(*pre_tokenizer) && takes_raw_bytes(model);
  if (pre_tokenizer) made->pre_tokenizer = read_pre_tokenizer(*pre_tokenizer, raw_bytes);
  made->model = read_model(model, {limits, raw_bytes});
  made->cuts = made->model->cuts_before_metaspace();
  made->added = AddedTokens(object.find("added_tokens"), made->model->vocabulary(), made->normalizer.get(), limits);
  made->post = read_post_processor(object.find("post_processor"));
  object.finish();
  index_added(*made);
  find_edges(*made);
  return made;
}

}  // namespace signalbox::tokenizers
