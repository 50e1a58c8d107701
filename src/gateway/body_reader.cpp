#include "gateway/body_reader.h"

#include <algorithm>

namespace signalbox::gateway {
namespace {

constexpr std::uint64_t kTrusted = 64 * 1024;  // of an announced length, reserved at once
constexpr Refusal kTooLarge{413, "body_too_large", "The request's body is over the limit."};
constexpr Refusal kBadChunk{400, "bad_chunk", "The chunked body is malformed."};
constexpr Refusal kBadCoding{400, "bad_content_encoding", "The body does not unpack as its Content-Encoding says."};

}  // namespace

std::optional<Refusal> BodyReader::expect_length(std::uint64_t bytes) {
  if (bytes > max_bytes_) return kTooLarge;
  left_ = bytes;
  if (left_ == 0) return finish();
  body_.reserve(static_cast<std::size_t>(std::min(bytes, kTrusted)));
  return std::nullopt;
}

std::optional<Refusal> BodyReader::feed(std::string_view in, std::size_t& used) {
  used = 0;
  return chunks_ ? feed_chunks(in, used) : feed_length(in, used);
}

std::optional<Refusal> BodyReader::feed_length(std::string_view in, std::size_t& used) {
  used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
  left_ -= used;
  if (std::optional<Refusal> problem = append(in.substr(0, used))) return problem;
  return left_ == 0 ? finish() : std::nullopt;
}

std::optional<Refusal> BodyReader::feed_chunks(std::string_view in, std::size_t& used) {
  for (;;) {
    const ChunkDecoder::Step step = chunks_->next(in.substr(used));
    used += step.used;
    switch (step.event) {
      case ChunkDecoder::Event::need_more:
        return std::nullopt;
      case ChunkDecoder::Event::data:
        if (std::optional<Refusal> problem = append(step.data)) return problem;
        break;
      case ChunkDecoder::Event::end:
        return finish();
      case ChunkDecoder::Event::malformed:
        return kBadChunk;
      case ChunkDecoder::Event::too_large:
        return kTooLarge;
    }
  }
}

std::optional<Refusal> BodyReader::append(std::string_view data) {
  if (!inflater_) {
    body_.append(data);
    return std::nullopt;
  }
  switch (inflater_->feed(data, body_)) {
    case Inflater::Result::good:
      return std::nullopt;
    case Inflater::Result::too_large:
      return kTooLarge;
    case Inflater::Result::malformed:
      break;
  }
  return kBadCoding;
}

std::optional<Refusal> BodyReader::finish() {
  done_ = true;
  if (inflater_ && !inflater_->done()) return kBadCoding;
  return std::nullopt;
}

}  // namespace signalbox::gateway
