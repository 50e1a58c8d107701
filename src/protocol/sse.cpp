#include "protocol/sse.h"

#include <algorithm>

namespace signalbox::protocol {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kLineEnds = "\r\n";

// Cuts the first line off `text`, with its line end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(kLineEnds), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with("\r\n")) {
    text.remove_prefix(2);
  } else if (!text.empty()) {
    text.remove_prefix(1);
  }
  return line;
}

}  // namespace

void SseReader::feed(std::string_view bytes) {
  if (failed_) return;
  buffer_.erase(0, frame_begin_);
  line_begin_ -= frame_begin_;
  scanned_ -= frame_begin_;
  frame_begin_ = 0;
  buffer_.append(bytes);
}

// A frame ends with an empty line. A CR at the end of what we have may be half of a CRLF: it waits for the next byte,
// so that a frame's bytes do not depend on how the stream was cut.
std::optional<std::size_t> SseReader::find_frame_end() {
  for (;;) {
    const std::size_t at = buffer_.find_first_of(kLineEnds, scanned_);
    if (at == std::string::npos) {
      scanned_ = buffer_.size();
      return std::nullopt;
    }
    scanned_ = at;
    if (buffer_[at] == '\r' && at + 1 == buffer_.size()) return std::nullopt;
    const std::size_t after = buffer_.compare(at, 2, "\r\n") == 0 ? at + 2 : at + 1;
    const std::string_view line = std::string_view(buffer_).substr(line_begin_, at - line_begin_);
    const bool first_line = at_start_ && line_begin_ == frame_begin_;
    const bool blank = line.empty() || (first_line && line == kByteOrderMark);
    line_begin_ = after;
    scanned_ = after;
    if (blank) return after;
  }
}

std::expected<std::optional<SseFrame>, SseError> SseReader::next() {
  if (failed_) return std::unexpected(SseError::frame_too_large);
  const std::optional<std::size_t> end = find_frame_end();
  if (end.value_or(buffer_.size()) - frame_begin_ > max_frame_bytes_) {
    failed_ = true;
    return std::unexpected(SseError::frame_too_large);
  }
  if (!end) return std::nullopt;
  const std::string_view bytes = std::string_view(buffer_).substr(frame_begin_, *end - frame_begin_);
  frame_begin_ = *end;
  return parse(bytes);
}

SseFrame SseReader::parse(std::string_view bytes) {
  SseFrame frame{.bytes = bytes};
  if (at_start_ && bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  at_start_ = false;
  while (!bytes.empty()) parse_line(take_line(bytes), frame);
  return frame;
}

void SseReader::parse_line(std::string_view line, SseFrame& frame) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  if (colon == 0) return;  // blank, or a comment
  const std::string_view field = line.substr(0, colon);
  std::string_view value = line.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    add_data(value, frame);
  } else if (field == "event") {
    frame.event = value;
  } else if (field == "id") {
    frame.id = value;
  }
}

void SseReader::add_data(std::string_view value, SseFrame& frame) {
  if (!frame.has_data) {
    frame.has_data = true;
    frame.data = value;
    return;
  }
  if (frame.data.data() != joined_.data()) joined_.assign(frame.data);
  joined_.append("\n").append(value);
  frame.data = joined_;
}

void append_sse(std::string& out, std::string_view data, std::string_view event) {
  if (!event.empty()) out.append("event: ").append(event).append("\n");
  do {
    out.append("data: ").append(take_line(data)).append("\n");
  } while (!data.empty());
  out.append("\n");
}

}  // namespace signalbox::protocol
