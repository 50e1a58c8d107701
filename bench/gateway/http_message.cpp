#include "http_message.h"

#include <algorithm>
#include <charconv>

namespace signalbox::bench {
namespace {

constexpr std::size_t kMaxHead = 16 * 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

// The value of a field in a head that is already in lower case; empty when it is not there.
std::string_view field(std::string_view head, std::string_view name) {
  std::size_t at = head.find(name);
  if (at == std::string_view::npos) return {};
  at += name.size();
  while (at < head.size() && head[at] == ' ') ++at;
  return head.substr(at, head.find('\r', at) - at);
}

template <class Number>
bool parse(std::string_view text, Number& out, int base = 10) {
  const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return end.ec == std::errc();
}

}  // namespace

void HttpMessageReader::reset() {
  state_ = State::head;
  chunked_ = last_chunk_ = closes_ = false;
  status_ = 0;
  left_ = 0;
  text_.clear();
}

std::size_t HttpMessageReader::take_head(std::string_view in) {
  const std::size_t before = text_.size();
  text_.append(in.substr(0, kMaxHead));
  const std::size_t end = text_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    if (text_.size() > kMaxHead) state_ = State::broken;
    return text_.size() - before;
  }
  text_.resize(end + 4);
  const std::size_t used = text_.size() - before;
  read_fields();
  text_.clear();
  return used;
}

void HttpMessageReader::read_fields() {
  if (text_.starts_with("HTTP/1.1 ") && !parse(std::string_view(text_).substr(9, 3), status_)) {
    state_ = State::broken;
    return;
  }
  const std::string head = lower(text_);
  closes_ = field(head, "\r\nconnection:") == "close";
  chunked_ = field(head, "\r\ntransfer-encoding:") == "chunked";
  const std::string_view length = field(head, "\r\ncontent-length:");
  if (!length.empty() && !parse(length, left_)) {
    state_ = State::broken;
  } else {
    state_ = chunked_ ? State::line : left_ > 0 ? State::data : State::done;
  }
}

std::size_t HttpMessageReader::take_line(std::string_view in) {
  const std::size_t feed = in.find('\n');
  text_.append(in.substr(0, feed == std::string_view::npos ? in.size() : feed));
  if (feed == std::string_view::npos) return in.size();
  const bool empty = text_ == "\r";
  if (last_chunk_) {
    if (empty) state_ = State::done;  // else a trailer
  } else if (!empty) {                // an empty line is the end of the chunk before
    if (!parse(text_, left_, 16)) state_ = State::broken;
    last_chunk_ = left_ == 0;
    if (state_ != State::broken && !last_chunk_) state_ = State::data;
  }
  text_.clear();
  return feed + 1;
}

}  // namespace signalbox::bench
