// Internal to the gateway: the body of one request, from its framing (length or chunks) and coding to plain bytes.
//
// Memory grows with what has come, never with what was announced. Slicing does not show. Belongs to one request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/chunk_decoder.h"
#include "gateway/inflater.h"

namespace signalbox::gateway {

struct Refusal {
  int status = 400;
  std::string_view code;     // static text
  std::string_view message;  // static text
};

class BodyReader {
 public:
  explicit BodyReader(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Before the first byte: how the body ends, and what it is packed in.
  std::optional<Refusal> expect_length(std::uint64_t bytes);
  void expect_chunks() { chunks_.emplace(max_bytes_); }
  void expect_coding(Inflater::Coding coding) { inflater_.emplace(coding, max_bytes_); }

  bool done() const { return done_; }
  // Takes from the front of `in` up to the end of the body; `used` says how much.
  std::optional<Refusal> feed(std::string_view in, std::size_t& used);
  std::string take() { return std::move(body_); }

 private:
  std::optional<Refusal> feed_length(std::string_view in, std::size_t& used);
  std::optional<Refusal> feed_chunks(std::string_view in, std::size_t& used);
  std::optional<Refusal> append(std::string_view data);
  std::optional<Refusal> finish();

  std::size_t max_bytes_;
  std::uint64_t left_ = 0;  // of a body of known length
  std::optional<ChunkDecoder> chunks_;
  std::optional<Inflater> inflater_;
  std::string body_;
  bool done_ = false;
};

}  // namespace signalbox::gateway
