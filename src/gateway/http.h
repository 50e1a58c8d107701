// HTTP messages as plain values: what handlers see of a request, and what they answer.
//
// No library types. Values are owned by whoever holds them; not synchronised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::gateway {

bool equal_folded(std::string_view a, std::string_view b);  // two of one length
// Inline, because nearly all comparisons of header names end at the length.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && equal_folded(a, b);
}

// Header fields in the order they came; names compare without regard to case; a name may occur several times.
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Entry> entries) : entries_(entries) {}

  std::optional<std::string_view> get(std::string_view name) const;  // the first one
  std::vector<std::string_view> all(std::string_view name) const;
  bool contains(std::string_view name) const { return get(name).has_value(); }
  void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);  // replaces every occurrence
  void set_all(Headers others);                        // each of them, which name nothing twice
  std::size_t remove(std::string_view name);           // returns how many there were
  template <class Predicate>
  void remove_names(Predicate unwanted) {  // all whose name it is true of, in one pass
    std::erase_if(entries_, [&](const Entry& entry) { return unwanted(std::string_view(entry.first)); });
  }
  std::size_t size() const { return entries_.size(); }
  void reserve(std::size_t entries) { entries_.reserve(entries); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

// Whether the content type is that of server-sent events.
bool is_event_stream(const Headers& headers);

// A name is a token and a value has no control characters but tab: anything else would let a value write header lines
// of its own, and is never sent.
bool is_valid_header(std::string_view name, std::string_view value);

// Connection, Keep-Alive, Proxy-*, TE, Trailer, Transfer-Encoding, Upgrade and whatever Connection names: they concern
// one hop and are not passed on.
void remove_hop_by_hop(Headers& headers);

struct HttpRequest {
  std::string method;  // as sent: GET, POST, …
  std::string target;  // as sent
  std::string path;    // target without query, percent-encoding kept
  std::string query;   // after '?', or empty
  int version = 11;    // 10 or 11
  bool tls = false;    // came by TLS
  Headers headers;
  std::string body;        // decoded from chunks; whole
  std::string peer;        // the peer's numeric address, without port
  std::string request_id;  // x-request-id of the client when it is well-formed, else one of ours
  // Of the listener, so that one handler can serve several.
  std::string listener;
};

struct ResponseHead {
  int status = 200;
  Headers headers;  // without Content-Length, Transfer-Encoding, Connection and Date: the server writes these
  std::optional<std::uint64_t> content_length;  // of a stream whose length is known
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
};

std::string_view reason_phrase(int status);

HttpResponse json_response(int status, std::string body);
// OpenAI's error object: {"error":{"message","type","param","code"}}.
HttpResponse error_response(int status, std::string_view type, std::string_view code, std::string_view message);

}  // namespace signalbox::gateway
