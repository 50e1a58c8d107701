// SECRET in "password = hunter2!", "api_key: 9f86d081884c", "postgres://user:secret@host": a value that its name calls
// secret, unless it stands for one.
#include <algorithm>
#include <array>
#include <string>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/secret_rules.h"

namespace signalbox::pii {
namespace {

constexpr std::size_t kLongestName = 48;
constexpr std::size_t kLongestValue = 256;

enum class Named : std::uint8_t { nothing, password, key };

bool in_name(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

// What the name before '=' or ':' says. Only its last word counts: "token_count" is none, "auth_token" is.
Named named(std::string_view name) {
  constexpr std::array<std::string_view, 8> kPasswords{"password",
                                                       "passwd",
                                                       "pwd",
                                                       "passphrase",
                                                       "passwort",
                                                       "contrase\xC3\xB1"
                                                       "a",
                                                       "kennwort",
                                                       "mot_de_passe"};
  constexpr std::array<std::string_view, 13> kKeys{"secret",      "token",      "apikey",     "api_key",    "api-key",
                                                   "access_key",  "access-key", "secret_key", "secret-key", "secretkey",
                                                   "private_key", "auth_key",   "accesskey"};
  // The last letters of all of them; most names end otherwise.
  constexpr std::string_view kLast = "detnyaDETNYA";
  if (name.size() < 3 || kLast.find(name.back()) == std::string_view::npos) return Named::nothing;
  const auto ends = [&](std::string_view word) {
    return name.size() >= word.size() && equal_caseless(name.substr(name.size() - word.size()), word);
  };
  if (std::any_of(kPasswords.begin(), kPasswords.end(), ends)) return Named::password;
  return std::any_of(kKeys.begin(), kKeys.end(), ends) ? Named::key : Named::nothing;
}

std::string_view name_before(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (int i = 0; i < 3 && end > 0 && (text[end - 1] == ' ' || text[end - 1] == '"' || text[end - 1] == '\''); ++i)
    --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongestName && (in_name(text[begin - 1]) || is_high(text[begin - 1]))) --begin;
  return text.substr(begin, end - begin);
}

// A variable, a call or a template instead of a value.
bool is_reference(std::string_view value) {
  constexpr std::string_view kSigns = "${}<>()[]%";
  if (value.find_first_of(kSigns) != std::string_view::npos && value.find_first_of("${<([%") == 0) return true;
  for (const std::string_view sign :
       {"process.env", "os.environ", "getenv", "config.", "secrets.", "vault:", "env.", "this.", "self."}) {
    if (value.starts_with(sign)) return true;
  }
  if (value.starts_with('/') || value.starts_with("./")) return true;  // a path
  return value.ends_with("()") || value.find("(") != std::string_view::npos;
}

struct Value {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool quoted = false;
};

Value value_after(std::string_view text, std::size_t at_sign) {
  std::size_t i = at_sign + 1;
  if (at(text, i) == '=' || at(text, i) == '>') ++i;
  for (int k = 0; k < 2 && at(text, i) == ' '; ++k) ++i;
  const char quote = at(text, i);
  Value value{.begin = i, .end = i, .quoted = quote == '"' || quote == '\'' || quote == '`'};
  if (value.quoted) value.begin = value.end = i + 1;
  constexpr std::string_view kEnds = ",;\"'`<>&|\\)[]";
  while (value.end < text.size() && value.end - value.begin <= kLongestValue) {
    const char c = text[value.end];
    if (value.quoted ? c == quote || c == '\n' : is_space(c) || kEnds.find(c) != std::string_view::npos) break;
    ++value.end;
  }
  if (!value.quoted && value.end > value.begin && (text[value.end - 1] == '.' || text[value.end - 1] == ')'))
    --value.end;
  return value;
}

struct Classes {
  bool digit = false, letter = false, sign = false;
};

Classes classes_of(std::string_view value) {
  Classes found;
  for (const char c : value) {
    found.digit = found.digit || is_digit(c);
    found.letter = found.letter || is_alpha(c) || is_high(c);
    found.sign = found.sign || (!is_alnum(c) && !is_high(c) && c != '_' && c != '-' && c != '.' && c != ' ');
  }
  return found;
}

// A password that people choose: letters with digits or signs. Words by themselves are prose ("password: required").
bool like_password(std::string_view value) {
  const Classes classes = classes_of(value);
  return value.size() >= 6 && value.find(' ') == std::string_view::npos && classes.letter &&
         (classes.digit || classes.sign);
}

bool like_key(std::string_view value) {
  const Classes classes = classes_of(value);
  const bool alphabet = all_of(
      value, [](char c) { return in_alphabet(Alphabet::base64, c) || in_alphabet(Alphabet::dotted, c) || c == '~'; });
  return value.size() >= 16 && alphabet && classes.digit && classes.letter && entropy(value) >= 3;
}

// "://user:password@host" from the ':'.
void find_userinfo(Sink& sink, std::size_t colon) {
  constexpr std::size_t kLongest = 160;
  const std::string_view rest = sink.text().substr(colon + 3, kLongest);
  const std::size_t stop = rest.find_first_of("@/ \t\r\n\"'<>?#");
  if (stop == std::string_view::npos || rest[stop] != '@') return;
  const std::size_t separator = rest.substr(0, stop).find(':');
  if (separator == std::string_view::npos || stop - separator < 4) return;
  const std::string_view password = rest.substr(separator + 1, stop - separator - 1);
  if (is_placeholder(password) || is_reference(password) || equal_caseless(password, "password") ||
      equal_caseless(password, "pass"))
    return;
  sink.add(Type::secret, colon + 3 + separator + 1, colon + 3 + stop, 0.85, "url_password");
}

}  // namespace

void find_assignment(Sink& sink, std::size_t at_sign) {
  const std::string_view text = sink.text();
  if (!sink.wants(Type::secret)) return;
  const char previous = before(text, at_sign);
  if (!is_alpha(previous) && !is_high(previous) && previous != ' ' && previous != '"' && previous != '\'') return;
  const Named kind = named(name_before(text, at_sign));
  if (kind == Named::nothing) return;
  const Value at_value = value_after(text, at_sign);
  const std::string_view value = text.substr(at_value.begin, at_value.end - at_value.begin);
  if (value.size() > kLongestValue || is_placeholder(value) || is_reference(value)) return;
  if (kind == Named::password && like_password(value)) {
    sink.add(Type::secret, at_value.begin, at_value.end, at_value.quoted ? 0.85 : 0.75, "password");
  } else if (kind == Named::key && like_key(value)) {
    sink.add(Type::secret, at_value.begin, at_value.end, 0.75, "assigned_key");
  }
}

void find_url_password(Sink& sink, std::size_t colon) {
  if (sink.wants(Type::secret) && sink.text().substr(colon, 3) == "://") find_userinfo(sink, colon);
}

}  // namespace signalbox::pii
