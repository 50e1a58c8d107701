#include "plugins/header_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace signalbox::plugins {

namespace {

// RFC 9110 §5.6.2 token.
bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c));
  });
}

bool is_field_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

// Headers that frame the message or belong to the connection are the gateway's own.
bool is_reserved(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kReserved{"host", "content-length", "transfer-encoding",
                                                             "connection"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kReserved.begin(), kReserved.end(), lower) != kReserved.end();
}

}  // namespace

std::optional<std::string> header_problem(std::string_view name, std::string_view value) {
  if (!is_token(name)) return fmt::format("\"{}\" is not a header name", name);
  if (is_reserved(name)) return fmt::format("{} is set by the gateway itself", name);
  if (!is_field_value(value)) return "a header value may not hold line breaks or control characters";
  return std::nullopt;
}

}  // namespace signalbox::plugins
