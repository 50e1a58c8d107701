#include "documents/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evidence/base64.h"
#include "evidence/data_uri.h"
#include "text/unicode.h"
#include "vision/utf8.h"

namespace signalbox::documents {
namespace {

using evidence::DocumentText;
using evidence::Unjudged;

DocumentText unread(Unjudged reason, std::string detail) {
  return {.unjudged = reason, .properties = {}, .pages = {}, .detail = std::move(detail)};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether every charset among the parameters is one that is read here. Of two the reader upstream may take either.
bool charset_is_unicode(std::string_view parameters) {
  constexpr std::array<std::string_view, 6> kRead{"utf-8", "utf8", "us-ascii", "utf-16", "utf-16le", "utf-16be"};
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string_view parameter = parameters.substr(0, end);
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (!evidence::equals_ignoring_case(trimmed(parameter.substr(0, equals)), "charset")) continue;
    std::string_view value = trimmed(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    const auto is_value = [&](std::string_view known) { return evidence::equals_ignoring_case(known, value); };
    if (std::none_of(kRead.begin(), kRead.end(), is_value)) return false;
  }
  return true;
}

std::uint32_t unit_at(std::string_view bytes, std::size_t at, bool big) {
  const auto first = static_cast<std::uint8_t>(bytes[at]), second = static_cast<std::uint8_t>(bytes[at + 1]);
  return big ? (std::uint32_t{first} << 8) | second : (std::uint32_t{second} << 8) | first;
}

// Nothing for a half pair.
std::optional<std::string> from_utf16(std::string_view bytes, bool big) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    std::uint32_t c = unit_at(bytes, at, big);
    if (c >= 0xDC00 && c <= 0xDFFF) return std::nullopt;
    if (c >= 0xD800 && c <= 0xDBFF) {
      if (at + 4 > bytes.size()) return std::nullopt;
      const std::uint32_t low = unit_at(bytes, at + 2, big);
      if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    }
    text::append_utf8(static_cast<char32_t>(c), out);
  }
  return out;
}

std::optional<std::string> to_utf8(std::string bytes) {
  const std::string_view all = bytes;
  if (all.starts_with("\xFF\xFE")) return from_utf16(all.substr(2), false);
  if (all.starts_with("\xFE\xFF")) return from_utf16(all.substr(2), true);
  if (all.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (!vision::is_utf8(bytes)) return std::nullopt;
  return bytes;
}

// Control characters that texts do not hold: a program that finds one takes the file for something else.
bool is_binary(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != '\x1b') ||
           byte == 0x7F;
  });
}

// Formats of which a file can consist of nothing but text, and which show something else than they say. PDF readers
// look for the mark in the first kilobyte.
bool is_other_format(std::string_view text) {
  constexpr std::size_t kMarkWithin = 1024;
  if (text.substr(0, kMarkWithin).find("%PDF-") != std::string_view::npos) return true;
  const std::string_view begin = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return begin.starts_with("{\\rtf") || begin.starts_with("%!PS");
}

}  // namespace

DocumentText read_text_file(const evidence::Document& document, std::size_t max_bytes) {
  if (!charset_is_unicode(document.parameters)) {
    return unread(Unjudged::unsupported_format, "a charset that is not Unicode");
  }
  std::expected<std::string, evidence::Base64Error> bytes = evidence::decode_base64(document.base64, max_bytes);
  if (!bytes && bytes.error().kind == evidence::Base64Error::Kind::too_large) {
    return unread(Unjudged::too_large, fmt::format("over the limit of {} bytes", max_bytes));
  }
  if (!bytes) return unread(Unjudged::decode_failed, "not strict base64");
  std::optional<std::string> text = to_utf8(std::move(*bytes));
  if (!text || is_binary(*text)) return unread(Unjudged::unsupported_format, "not a text in UTF-8 or UTF-16");
  if (is_other_format(*text)) return unread(Unjudged::unsupported_format, "the bytes are not what is declared");
  DocumentText result;
  result.pages.push_back(std::move(*text));
  return result;
}

}  // namespace signalbox::documents
