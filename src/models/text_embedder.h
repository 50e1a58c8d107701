// A model that turns text into a vector: what signals, the management API and the CLI know of one.
//
// Implementations: ServedEmbedder (a model folder behind the batcher) and, in tests, whatever a test needs. Immutable
// and shared by configuration snapshots through the ModelRegistry. embed() blocks its caller until the vector is there,
// the deadline has passed or the request is cancelled: never call it on an I/O thread. Any other thread may call.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::models {

// Whether the model's numbers may be believed (DESIGN §6.3).
enum class Trust : std::uint8_t {
  proven,     // its goldens pass in the served precision
  unproven,   // it has no goldens
  untrusted,  // its goldens fail, or it sees the wrong way: it answers nothing
};
std::string_view to_string(Trust trust);

struct ModelInfo {
  std::string name;          // the folder's name
  std::string path;          // the folder
  std::string architecture;  // "bert"
  std::string precision;     // "fp32"
  std::string fingerprint;   // hex SHA-256 of weights, configuration and tokenizer, precision and dimension
  std::uint32_t dimension = 0;
  std::uint32_t max_tokens = 0;  // special tokens included; longer text is cut with `truncated` set
  Trust trust = Trust::unproven;
  std::string trust_detail;  // why, for people
  // Shorter dimensions that the model was trained to be cut to (Matryoshka), descending; empty: it must not be cut.
  std::vector<std::uint32_t> shorter_dimensions = {};
  // The fingerprint of the text model in whose space its vectors lie, where that is another folder's; empty: its own.
  std::string joined_space = {};

  // Vectors of equal spaces may be compared.
  const std::string& space() const { return joined_space.empty() ? fingerprint : joined_space; }
};

struct TextEmbedding {
  std::vector<float> values;         // shape [dimension], L2 norm 1
  std::uint32_t tokens = 0;          // of the whole text, special tokens included
  std::uint32_t covered_tokens = 0;  // of these, what the vector rests on
  std::size_t covered_bytes = 0;     // of the text, to the end of the last token that it rests on
  bool truncated() const { return covered_tokens < tokens; }
};

struct EmbedError {
  enum class Kind : std::uint8_t {
    overloaded,  // the queue is full: nothing was begun
    timeout,     // the deadline passed in the queue or between layers
    cancelled,   // the request's flag was set
    untrusted,   // the model is not trusted; `detail` says why
    failed,      // the runtime refused; `detail` says what
  };
  Kind kind = Kind::failed;
  std::string detail;  // one phrase, no user content
};
std::string_view to_string(EmbedError::Kind kind);

struct EmbedOptions {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::shared_ptr<const std::atomic<bool>> cancelled;  // may be null; looked at between layers
};

class TextEmbedder {
 public:
  using Result = std::expected<std::shared_ptr<const TextEmbedding>, EmbedError>;

  virtual ~TextEmbedder() = default;
  virtual const ModelInfo& info() const = 0;
  // One encoder pass for this text, batched with whatever else waits. The job owns a copy of the text.
  virtual Result embed(std::string_view text, const EmbedOptions& options) const = 0;
  // How many tokens the model reads of this text, special tokens included, without a limit. Does not block for long:
  // linear in the text, but not for an I/O thread when the text is long.
  virtual std::uint32_t count_tokens(std::string_view text) const = 0;
  // Encoder passes since the model was loaded: one for each text that went through the layers.
  virtual std::uint64_t passes() const = 0;
};

}  // namespace signalbox::models
