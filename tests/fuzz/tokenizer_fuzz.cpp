// Tokenizer files from strangers, and any text through tokenizers of each model: nothing crashes, every token lies in
// the text, a warm scratch gives what a cold one gave, and counting counts what encoding gives.
//
// The input is a file if it begins with '{'; else text, whose first byte picks the tokenizer.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tokenizers/test_files.h"
#include "tokenizers/tokenizer.h"

namespace {

namespace tokenizers = signalbox::tokenizers;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "wrong: %s\n", what);
  std::abort();
}

const tokenizers::Tokenizer& tokenizer(unsigned which) {
  static const tokenizers::Tokenizer all[] = {
      *tokenizers::Tokenizer::from_json(tokenizers::kBertFile),
      *tokenizers::Tokenizer::from_json(tokenizers::kByteBpeFile),
      *tokenizers::Tokenizer::from_json(tokenizers::kUnigramFile),
  };
  return all[which % std::size(all)];
}

void check(const tokenizers::Tokenizer& made, std::string_view text) {
  tokenizers::Scratch scratch;
  tokenizers::Encoding cold;
  tokenizers::Encoding warm;
  made.encode(text, {.add_special_tokens = false}, scratch, cold);
  made.encode(text, {.add_special_tokens = false}, scratch, warm);
  require(cold.ids == warm.ids && cold.offsets == warm.offsets, "a warm scratch changes tokens");
  require(made.count(text, scratch) == cold.size(), "another count than tokens");
  for (const tokenizers::Span span : cold.offsets) require(span.end <= text.size(), "a token beyond the text");
  made.encode(text, {.max_length = 4}, scratch, warm);
  require(warm.size() <= std::max<std::size_t>(4, made.special_tokens_added()), "truncation leaves too many");
  made.encode_pair(text, "a b", {}, scratch, warm);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  if (input[0] != '{') {
    check(tokenizer(data[0]), input.substr(1));
    return 0;
  }
  const auto made = tokenizers::Tokenizer::from_json(input, {.max_file_bytes = 1 << 20, .max_tokens = 1 << 16});
  if (made) check(*made, "Unaffable caf\xC3\xA9! ab <s> 12 \xE4\xB8\xAD e\xCC\x81 \xFF\n  abab'S");
  return 0;
}
