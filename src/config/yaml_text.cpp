#include "config/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/scalar.h"

namespace signalbox::config {

namespace {

// Far above any readable nesting, far below what costs the scanner noticeable time. Brackets in prose count too, so
// this is deliberately not max_depth.
constexpr std::size_t kMostOpenBrackets = 1000;

std::size_t control_character_at(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) return i;
  }
  return std::string_view::npos;
}

std::size_t too_many_brackets_at(std::string_view text) {
  std::size_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '{') ++open;
    if ((text[i] == ']' || text[i] == '}') && open > 0) --open;
    if (open > kMostOpenBrackets) return i;
  }
  return std::string_view::npos;
}

}  // namespace

Mark mark_at(std::string_view text, std::size_t offset, std::uint16_t file) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0: the first line
  return {.file = file,
          .line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
          .column = static_cast<std::uint32_t>(offset - line_start + 1)};
}

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (std::uint32_t i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find_first_of("\r\n"));
}

bool check_yaml_text(std::string_view text, std::uint16_t file, const ParseLimits& limits, Diagnostics& diagnostics) {
  const auto refuse = [&](std::size_t offset, std::string_view code, std::string message, std::string suggestion) {
    diagnostics.add(Severity::error, mark_at(text, offset, file), "", code, std::move(message), std::move(suggestion));
    return false;
  };
  if (text.size() > limits.max_bytes) {
    return refuse(0, "file_too_large", fmt::format("the file is larger than {} bytes", limits.max_bytes), "");
  }
  if (const std::size_t bad = invalid_utf8_at(text); bad != std::string_view::npos) {
    return refuse(bad, "invalid_encoding", "the file is not valid UTF-8", "save it as UTF-8");
  }
  if (const std::size_t bad = control_character_at(text); bad != std::string_view::npos) {
    const auto byte = static_cast<unsigned char>(text[bad]);
    return refuse(bad, "control_character", fmt::format("the control character 0x{:02x} is not allowed in YAML", byte),
                  fmt::format("remove it, or write it as \"\\x{:02x}\" in double quotes", byte));
  }
  if (const std::size_t bad = too_many_brackets_at(text); bad != std::string_view::npos) {
    return refuse(bad, "too_deep", fmt::format("more than {} brackets are open here", kMostOpenBrackets), "");
  }
  return true;
}

}  // namespace signalbox::config
