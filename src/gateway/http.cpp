#include "gateway/http.h"

#include <algorithm>
#include <array>

#include "protocol/error.h"

namespace signalbox::gateway {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// By byte, because every byte of every header is asked about.
constexpr std::array<bool, 256> kTokenChars = [] {
  std::array<bool, 256> table{};
  for (char c : std::string_view("!#$%&'*+-.^_`|~0123456789")) table[static_cast<unsigned char>(c)] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  return table;
}();

constexpr bool is_token_char(char c) {
  return kTokenChars[static_cast<unsigned char>(c)];
}

constexpr bool is_control(unsigned char c) {
  return (c < 0x20 && c != '\t') || c == 0x7f;
}

constexpr std::array<bool, 256> kControls = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_control(static_cast<unsigned char>(c));
  return table;
}();

// Sixteen bytes at a time: a loop without exits, which compilers turn into vector instructions.
bool has_control(std::string_view text) {
  constexpr std::size_t kStep = 16;
  while (text.size() >= kStep) {
    bool found = false;
    for (std::size_t i = 0; i < kStep; ++i) found |= is_control(static_cast<unsigned char>(text[i]));
    if (found) return true;
    text.remove_prefix(kStep);
  }
  return std::any_of(text.begin(), text.end(), [](char c) { return kControls[static_cast<unsigned char>(c)]; });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

constexpr std::array<std::string_view, 9> kHopByHop = {
    "connection",        "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade"};

}  // namespace

bool equal_folded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (equal_ignoring_case(entry.first, name)) return entry.second;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> out;
  for (const Entry& entry : entries_) {
    if (equal_ignoring_case(entry.first, name)) out.push_back(entry.second);
  }
  return out;
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  entries_.emplace_back(std::string(name), std::move(value));
}

void Headers::set_all(Headers others) {
  remove_names([&](std::string_view name) { return others.contains(name); });
  entries_.reserve(entries_.size() + others.entries_.size());
  for (Entry& entry : others.entries_) entries_.push_back(std::move(entry));
}

std::size_t Headers::remove(std::string_view name) {
  return std::erase_if(entries_, [&](const Entry& entry) { return equal_ignoring_case(entry.first, name); });
}

bool is_event_stream(const Headers& headers) {
  constexpr std::string_view kType = "text/event-stream";
  return equal_ignoring_case(headers.get("content-type").value_or("").substr(0, kType.size()), kType);
}

bool is_valid_header(std::string_view name, std::string_view value) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char) && !has_control(value);
}

void remove_hop_by_hop(Headers& headers) {
  std::vector<std::string> named;  // copies: removing moves the values they are views of
  for (std::string_view value : headers.all("connection")) {
    while (!value.empty()) {
      auto comma = std::min(value.find(','), value.size());
      named.emplace_back(trim(value.substr(0, comma)));
      value.remove_prefix(std::min(comma + 1, value.size()));
    }
  }
  headers.remove_names([&](std::string_view name) {
    const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
    return std::any_of(kHopByHop.begin(), kHopByHop.end(), is) || std::any_of(named.begin(), named.end(), is);
  });
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

HttpResponse json_response(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

HttpResponse error_response(int status, std::string_view type, std::string_view code, std::string_view message) {
  protocol::Error error;
  error.status = status;
  error.type = type;
  error.code = code;
  error.message = message;
  return json_response(status, protocol::to_json(error));
}

}  // namespace signalbox::gateway
