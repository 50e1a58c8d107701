// Hugging Face `tokenizer.json`: text to token ids, exactly as the `tokenizers` package does it.
//
// Promises: a file that loads behaves like the reference on every text (ids and offsets); anything in the file that is
// not known is a load error that names its place. Any bytes are accepted as text: broken UTF-8 counts as U+FFFD, as the
// reference would see it after replacement, while offsets stay those of the original bytes. Time is linear in the text
// (times the longest piece of the vocabulary), whatever the text. The file's own truncation and padding are ignored:
// ask for them. Owner: whoever loaded it; a moved-from one may only be destroyed. Immutable: const functions may be
// called from any number of threads, each with a Scratch and an Encoding of its own. With warm ones a call allocates
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizers/encoding.h"

namespace signalbox::tokenizers {

struct TokenizerError {
  std::string path;     // where in the JSON ("pre_tokenizer.pretokenizers[1].type"); empty: the file as a whole
  std::string message;  // one sentence
};

struct LoadLimits {
  std::size_t max_file_bytes = 128u << 20;  // Gemma's is 34 MB
  std::size_t max_tokens = 2u << 20;
};

struct EncodeOptions {
  bool add_special_tokens = true;  // what the post-processor adds: [CLS] ... [SEP]
  // Tokens in all, special ones included; the rest is dropped from the right ("longest_first"; of a pair, from the
  // longer).
  std::optional<std::size_t> max_length = {};
};

// Working memory of encode(). Keep one per thread (or per pooled job) and pass it to every call, for any tokenizer.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

class Tokenizer {
 public:
  static std::expected<Tokenizer, TokenizerError> from_file(const std::filesystem::path& file,
                                                            const LoadLimits& limits = {});
  static std::expected<Tokenizer, TokenizerError> from_json(std::string_view json, const LoadLimits& limits = {});

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  // Texts of 4 GiB or more are cut at 4 GiB - 1.
  void encode(std::string_view text, const EncodeOptions& options, Scratch& scratch, Encoding& out) const;
  // A pair for cross-encoders; type_ids tell the two apart where the template does.
  void encode_pair(std::string_view first, std::string_view second, const EncodeOptions& options, Scratch& scratch,
                   Encoding& out) const;
  // How many tokens the text is, without special tokens.
  std::size_t count(std::string_view text, Scratch& scratch) const;

  // Puts the post-processor's special tokens around ids that encode() gave without them: a window of a long text.
  void wrap(std::span<const std::uint32_t> ids, std::vector<std::uint32_t>& out) const;
  // The same with offsets; `window` must be an encoding without special tokens, [begin, end) indexes its tokens.
  void wrap(const Encoding& window, std::size_t begin, std::size_t end, Encoding& out) const;
  std::size_t special_tokens_added(bool pair = false) const;

  std::size_t vocab_size() const;  // with added tokens
  std::optional<std::uint32_t> token_to_id(std::string_view token) const;
  std::optional<std::string_view> id_to_token(std::uint32_t id) const;
  std::span<const std::uint32_t> special_ids() const;  // of added tokens marked special, ascending
  bool is_special(std::uint32_t id) const;
  std::optional<std::uint32_t> pad_id() const;  // the file's padding settings, else [PAD] or <pad>

  struct Impl;

 private:
  explicit Tokenizer(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace signalbox::tokenizers
