// ADDRESS:PORT as flags carry it.
#pragma once

#include <cstdint>
#include <string>

namespace signalbox::cli {

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8898", "[::1]:8898". Throws std::runtime_error with a sentence.
Address parse_address(const std::string& text);
// With brackets where IPv6 needs them.
std::string to_url(const std::string& host, std::uint16_t port, bool tls = false);

}  // namespace signalbox::cli
