#include "learn/bounded_lines.h"

#include <fmt/format.h>

namespace signalbox::learn {

std::optional<std::expected<std::string, std::string>> BoundedLines::next() {
  std::string line;
  std::streambuf* const buffer = in_.rdbuf();
  constexpr int kEnd = std::streambuf::traits_type::eof();
  int byte = buffer->sbumpc();
  if (byte == kEnd) return std::nullopt;
  ++number_;
  for (; byte != kEnd && byte != '\n'; byte = buffer->sbumpc()) {
    if (line.size() == max_bytes_) {
      return std::unexpected(fmt::format("{}:{}: is longer than {} bytes", name_, number_, max_bytes_));
    }
    line += static_cast<char>(byte);
  }
  return line;
}

}  // namespace signalbox::learn
