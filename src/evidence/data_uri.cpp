#include "evidence/data_uri.h"

#include <algorithm>

namespace signalbox::evidence {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

constexpr std::string_view kScheme = "data:";

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_data_uri(std::string_view url) {
  return starts_ignoring_case(url, kScheme);
}

bool is_remote_url(std::string_view url) {
  return starts_ignoring_case(url, "http://") || starts_ignoring_case(url, "https://");
}

std::optional<DataUri> parse_data_uri(std::string_view url) {
  if (!is_data_uri(url)) return std::nullopt;
  const std::string_view rest = url.substr(kScheme.size());
  const std::size_t comma = rest.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view head = rest.substr(0, comma);
  const std::size_t marker = head.rfind(';');
  if (marker == std::string_view::npos || !equals_ignoring_case(head.substr(marker + 1), "base64")) return std::nullopt;
  const std::size_t type_end = std::min(head.find(';'), marker);
  const std::string_view parameters = type_end == marker ? "" : head.substr(type_end + 1, marker - type_end - 1);
  return DataUri{head.substr(0, type_end), parameters, rest.substr(comma + 1)};
}

}  // namespace signalbox::evidence
