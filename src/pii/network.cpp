// IP_ADDRESS and MAC_ADDRESS.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "pii/ascii.h"
#include "pii/candidate.h"

namespace signalbox::pii {
namespace {

using std::string_view_literals::operator""sv;

// An octet of one to three digits without a leading zero; its end, or `begin`.
std::size_t octet_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  int value = 0;
  while (end - begin < 3 && is_digit(at(text, end))) value = value * 10 + (text[end++] - '0');
  if (end == begin || value > 255 || (text[begin] == '0' && end - begin > 1)) return begin;
  return end;
}

// Addresses that are nobody's: loopback, "this network", broadcast, netmasks, documentation (RFC 5737).
bool is_nobodys(std::string_view address) {
  for (const std::string_view documentation : {"192.0.2."sv, "198.51.100."sv, "203.0.113."sv}) {
    if (address.starts_with(documentation)) return true;
  }
  return address.starts_with("127.") || address.starts_with("0.") || address.starts_with("255.") ||
         address.ends_with(".0.0.0");
}

void find_ipv4(const Place& place) {
  const std::size_t begin = place.token.begin;
  if (place.token.size() > 3 || at(place.text, place.token.end) != '.' || !free_left(place.text, begin)) return;
  std::size_t end = begin;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && at(place.text, end++) != '.') return;
    const std::size_t next = octet_end(place.text, end);
    if (next == end) return;
    end = next;
  }
  if (is_alnum(at(place.text, end)) || at(place.text, end) == '_') return;
  if (at(place.text, end) == '.' && is_alnum(at(place.text, end + 1))) return;
  if (at(place.text, end) == '-' && is_alpha(at(place.text, end + 1))) return;
  // "numpy>=1.2.3.4"
  const bool compared = before(place.text, begin) == '=' &&
                        std::string_view("<>=~!^").find(before(place.text, begin - 1)) != std::string_view::npos &&
                        begin > 1;
  const bool version = compared || place.context().nearest == Topic::version;
  if (version || is_nobodys(place.text.substr(begin, end - begin))) return;
  place.sink.add(Type::ip_address, begin, end, place.context().has(Topic::network) ? 1 : 0.95, "ipv4");
}

// The run of hexadecimal digits and `joins` around the token, when it stands alone and the token is the first of the
// run with a digit (so that each run is judged once).
std::string_view hex_run(const Place& place, std::string_view joins) {
  constexpr std::size_t kLongest = 48;
  const std::string_view text = place.text;
  const auto inside = [&](char c) { return is_hex(c) || (c != '\0' && joins.find(c) != std::string_view::npos); };
  std::size_t begin = place.token.begin;
  while (begin > 0 && place.token.begin - begin < kLongest && inside(text[begin - 1])) {
    if (is_digit(text[--begin])) return {};
  }
  std::size_t end = place.token.begin;
  while (end < text.size() && end - begin < kLongest && inside(text[end])) ++end;
  // A sentence may end behind the address, or begin before it ("IP: ").
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  if (end > begin + 1 && text[end - 1] == ':' && text[end - 2] != ':') --end;
  if (is_alnum(before(text, begin)) || is_alnum(at(text, end)) || before(text, begin) == '_' || at(text, end) == '_')
    return {};
  return text.substr(begin, end - begin);
}

void find_ipv6(const Place& place) {
  const bool colon = at(place.text, place.token.end) == ':' || before(place.text, place.token.begin) == ':';
  if (!colon || place.token.size() > 4) return;
  const std::string_view run = hex_run(place, ":.");
  if (std::count(run.begin(), run.end(), ':') < 2 || run.size() > 45) return;
  std::array<char, 64> buffer{};
  std::memcpy(buffer.data(), run.data(), run.size());
  in6_addr address{};
  if (inet_pton(AF_INET6, buffer.data(), &address) != 1) return;
  // "1::2" may be anything; an address that is somebody's has some digits.
  if (std::count_if(run.begin(), run.end(), is_hex) < 6 || equal_caseless(run.substr(0, 9), "2001:db8:")) return;
  const auto begin = static_cast<std::size_t>(run.data() - place.text.data());
  place.sink.add(Type::ip_address, begin, begin + run.size(), 0.95, "ipv6");
}

bool is_mac(std::string_view run, char separator) {
  if (run.size() != 17) return false;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (i % 3 == 2 ? run[i] != separator : !is_hex(run[i])) return false;
  }
  const std::string_view first = run.substr(0, 2);
  for (std::size_t i = 3; i < run.size(); i += 3) {
    if (run.substr(i, 2) != first) return true;
  }
  return false;  // 00:00:…, ff:ff:…
}

void find_mac(const Place& place) {
  const char joins = at(place.text, place.token.end) == ':' || at(place.text, place.token.end) == '-'
                         ? at(place.text, place.token.end)
                         : before(place.text, place.token.begin);
  if (place.token.size() != 2 || (joins != ':' && joins != '-')) return;
  const std::string_view run = hex_run(place, std::string_view(&joins, 1));
  if (!is_mac(run, joins)) return;
  const auto begin = static_cast<std::size_t>(run.data() - place.text.data());
  place.sink.add(Type::mac_address, begin, begin + run.size(), 0.95, "mac");
}

}  // namespace

void find_network(const Place& place) {
  if (place.token.size() > 4) return;
  if (place.token.only_digits() && place.sink.wants(Type::ip_address)) find_ipv4(place);
  if (!all_of(place.word(), is_hex)) return;
  if (place.sink.wants(Type::ip_address)) find_ipv6(place);
  if (place.sink.wants(Type::mac_address)) find_mac(place);
}

}  // namespace signalbox::pii
