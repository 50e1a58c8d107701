#include "gateway/chunk_decoder.h"

#include <algorithm>

namespace signalbox::gateway {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_text(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

bool is_token(char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::next(std::string_view in) {
  std::size_t at = 0;
  while (at < in.size()) {
    if (state_ == State::data) {
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - at));
      left_ -= n;
      if (left_ == 0) state_ = State::data_return;
      return {Event::data, at + n, in.substr(at, n)};
    }
    const Event event = take(in[at++]);
    if (event != Event::need_more) return {event, at, {}};
  }
  return {Event::need_more, at, {}};
}

ChunkDecoder::Event ChunkDecoder::take(char c) {
  switch (state_) {
    case State::size_first:
    case State::size:
    case State::extension:
    case State::size_feed:
      return take_size(c);
    case State::data_return:
    case State::data_feed:
      return take_data_end(c);
    default:
      return take_trailer(c);
  }
}

ChunkDecoder::Event ChunkDecoder::take_size(char c) {
  constexpr std::size_t kMaxDigits = 16;
  if (state_ == State::size_feed) return c == '\n' ? begin_chunk() : Event::malformed;
  if (state_ == State::extension) {
    if (c == '\r') {
      state_ = State::size_feed;
    } else if (!is_text(c) || is_over_overhead()) {
      return Event::malformed;
    }
    return Event::need_more;
  }
  if (const int value = hex_value(c); value >= 0) {
    if (++digits_ > kMaxDigits) return Event::malformed;
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    state_ = State::size;
    return Event::need_more;
  }
  if (state_ == State::size_first) return Event::malformed;
  if (c == ';') {
    state_ = State::extension;
  } else if (c == '\r') {
    state_ = State::size_feed;
  } else {
    return Event::malformed;
  }
  return Event::need_more;
}

ChunkDecoder::Event ChunkDecoder::begin_chunk() {
  digits_ = 0;
  if (left_ == 0) {
    state_ = State::line_start;
    return Event::need_more;
  }
  if (left_ > max_bytes_ - total_) return Event::too_large;
  total_ += left_;
  state_ = State::data;
  return Event::need_more;
}

ChunkDecoder::Event ChunkDecoder::take_data_end(char c) {
  if (c != (state_ == State::data_return ? '\r' : '\n')) return Event::malformed;
  state_ = state_ == State::data_return ? State::data_feed : State::size_first;
  return Event::need_more;
}

ChunkDecoder::Event ChunkDecoder::take_trailer(char c) {
  if (state_ == State::last_feed) return c == '\n' ? Event::end : Event::malformed;
  if (state_ == State::trailer_feed) {
    state_ = State::line_start;
    return c == '\n' ? Event::need_more : Event::malformed;
  }
  if (is_over_overhead()) return Event::malformed;
  if (state_ == State::line_start && c == '\r') {
    state_ = State::last_feed;
  } else if (state_ == State::trailer_value) {
    if (c == '\r') {
      state_ = State::trailer_feed;
    } else if (!is_text(c)) {
      return Event::malformed;
    }
  } else if (state_ == State::trailer_name && c == ':') {
    state_ = State::trailer_value;
  } else if (is_token(c)) {
    state_ = State::trailer_name;
  } else {
    return Event::malformed;
  }
  return Event::need_more;
}

}  // namespace signalbox::gateway
