#include "config/path.h"

#include <fmt/format.h>

#include <charconv>

#include "config/node.h"

namespace signalbox::config {

namespace {

bool needs_quotes(std::string_view member) {
  if (member.empty()) return true;
  for (const char c : member) {
    if (c == '.' || c == '[' || c == ']' || c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return true;
  }
  return false;
}

// Line breaks are escaped too, so that a path always fits on one line.
std::string in_quotes(std::string_view member) {
  std::string out = "[\"";
  for (const char c : member) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"]";
}

}  // namespace

std::string join(std::string_view path, std::string_view member) {
  std::string out(path);
  if (needs_quotes(member)) return out + in_quotes(member);
  if (!out.empty()) out += '.';
  return out.append(member);
}

std::string join(std::string_view path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

std::optional<PathStep> PathReader::next() {
  std::optional<PathStep> step;
  if (rest_.starts_with("[\"")) {
    step = quoted_member();
  } else if (rest_.starts_with('[')) {
    step = index();
  } else {
    step = bare_member();
  }
  first_ = false;
  if (!step) rest_ = {};
  return step;
}

std::optional<PathStep> PathReader::bare_member() {
  if (!first_) {
    if (!rest_.starts_with('.')) return std::nullopt;
    rest_.remove_prefix(1);
  }
  const std::size_t end = std::min(rest_.find_first_of(".["), rest_.size());
  if (end == 0) return std::nullopt;
  PathStep step{.member = std::string(rest_.substr(0, end))};
  rest_.remove_prefix(end);
  return step;
}

std::optional<PathStep> PathReader::quoted_member() {
  PathStep step;
  std::size_t i = 2;
  for (; i < rest_.size() && rest_[i] != '"'; ++i) {
    const bool escaped = rest_[i] == '\\' && i + 1 < rest_.size();
    if (escaped) ++i;
    step.member += escaped && rest_[i] == 'n' ? '\n' : rest_[i];
  }
  if (rest_.substr(std::min(i, rest_.size()), 2) != "\"]") return std::nullopt;
  rest_.remove_prefix(i + 2);
  return step;
}

std::optional<PathStep> PathReader::index() {
  const std::size_t close = rest_.find(']');
  if (close == std::string_view::npos || close < 2) return std::nullopt;
  PathStep step{.is_index = true};
  const char* end = rest_.data() + close;
  const auto parsed = std::from_chars(rest_.data() + 1, end, step.index);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  rest_.remove_prefix(close + 1);
  return step;
}

}  // namespace signalbox::config
