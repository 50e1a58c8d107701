// URLs of clients that decide which server is asked. Whatever is taken must mean one thing: written out again it is the
// same server and the same target, and its host is a name or an address and nothing else.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/web_url.h"

namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = signalbox::auth::parse_web_url(text);
  if (!url) return 0;
  if (url->host.empty() || url->port == 0 || !url->target.starts_with('/')) std::abort();
  for (const char c : url->host) {
    if (!is_host_character(c)) std::abort();
  }
  const auto again = signalbox::auth::parse_web_url(url->origin() + url->target);
  if (!again || !again->same_origin(*url) || again->target != url->target) std::abort();
  if (signalbox::auth::parse_https_url(text).has_value() != url->tls) std::abort();
  return 0;
}
