// EMAIL_ADDRESS, and DOMAIN_NAME for web addresses.
#include <algorithm>
#include <array>
#include <string>

#include "pii/ascii.h"
#include "pii/candidate.h"

namespace signalbox::pii {
namespace {

constexpr std::size_t kLongestLocal = 64;
constexpr std::size_t kLongestDomain = 253;

bool in_local(char c) {
  return is_alnum(c) || is_high(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos);
}
// What may begin an address in running text: 'x@y.de, "x@y.de, =x@y.de, /x@y.de.
bool begins_local(char c) {
  return is_alnum(c) || is_high(c) || c == '_';
}
bool in_domain(char c) {
  return is_alnum(c) || is_high(c) || c == '-' || c == '.';
}

// Endings of file names that are no top-level domains: "logo@2x.png", "user@host.local" is kept out likewise.
bool is_file_ending(std::string_view name) {
  constexpr std::array<std::string_view, 30> kEndings{
      "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico", "css", "js",  "ts",  "jsx", "tsx", "json", "html",
      "htm", "xml", "yaml", "yml", "txt", "log",  "cpp", "hpp", "exe", "dll", "tar", "gz",  "md5", "sha1", "local"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view e) { return equal_caseless(e, name); });
}

// A top-level domain: letters (or a punycode or international one), two at least.
bool is_top(std::string_view label) {
  if (label.size() < 2 || label.size() > 63 || is_file_ending(label)) return false;
  if (label.starts_with("xn--")) return true;
  return all_of(label, [](char c) { return is_alpha(c) || is_high(c); });
}

// The end of the domain name that begins at `begin`, or `begin`. Shortened from the right until it ends in a top-level
// domain, for a sentence may go on behind it.
std::size_t domain_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && end - begin < kLongestDomain && in_domain(text[end])) ++end;
  while (end > begin) {
    const std::string_view domain = text.substr(begin, end - begin);
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return begin;
    std::string_view top = domain.substr(dot + 1);
    while (!top.empty() && top.back() == '-') top.remove_suffix(1);
    if (is_top(top)) {
      const std::string_view rest = domain.substr(0, dot);
      const bool good = rest.find("..") == std::string_view::npos && rest.front() != '-' && rest.back() != '-';
      return good ? begin + dot + 1 + top.size() : begin;
    }
    if (!top.empty()) return begin;  // "a@b.c3": no domain, rather than "a@b" of it
    end = begin + dot;
  }
  return begin;
}

// A URL's password: "postgres://user:secret@host" is a secret, not an address.
bool in_userinfo(std::string_view text, std::size_t begin) {
  std::size_t i = begin;
  while (i > 0 && begin - i < 80 && !is_space(text[i - 1])) {
    if (i >= 3 && text.substr(i - 3, 3) == "://") return text.substr(i, begin - i).find('/') == std::string_view::npos;
    --i;
  }
  return false;
}

}  // namespace

void find_email(Sink& sink, std::size_t at_sign) {
  if (!sink.wants(Type::email_address)) return;
  const std::string_view text = sink.text();
  std::size_t begin = at_sign;
  while (begin > 0 && at_sign - begin < kLongestLocal && in_local(text[begin - 1])) --begin;
  while (begin < at_sign && !begins_local(text[begin])) ++begin;
  // Never in the middle of a UTF-8 character.
  while (begin < at_sign && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80) ++begin;
  const std::string_view local = text.substr(begin, at_sign - begin);
  if (local.empty() || local.back() == '.' || local.find("..") != std::string_view::npos) return;
  const std::size_t end = domain_end(text, at_sign + 1);
  if (end == at_sign + 1 || at(text, end) == '@' || in_userinfo(text, begin)) return;
  if (local == "git" && at(text, end) == ':') return;  // a repository's address
  sink.add(Type::email_address, begin, end, 1, "email");
}

void find_url(Sink& sink, std::size_t colon) {
  const std::string_view text = sink.text();
  if (text.substr(colon, 3) != "://") return;
  constexpr std::array<std::string_view, 4> kSchemes{"http", "https", "ftp", "ftps"};
  std::size_t begin = colon;
  while (begin > 0 && colon - begin < 8 && is_alpha(text[begin - 1])) --begin;
  const std::string_view scheme = text.substr(begin, colon - begin);
  if (std::none_of(kSchemes.begin(), kSchemes.end(), [&](std::string_view s) { return equal_caseless(s, scheme); }))
    return;
  const std::size_t host = colon + 3;
  std::size_t end = domain_end(text, host);
  if (end == host) return;
  constexpr std::size_t kLongest = 2048;
  constexpr std::string_view kEnds = "<>\"'`()[]{}|\\^,;";
  while (end < text.size() && end - begin < kLongest && !is_space(text[end]) && !is_high(text[end]) &&
         kEnds.find(text[end]) == std::string_view::npos) {
    ++end;
  }
  while (std::string_view(".:!?*_").find(text[end - 1]) != std::string_view::npos) --end;
  sink.add(Type::domain_name, begin, end, 0.9, "url");
}

}  // namespace signalbox::pii
