// Internal to the gateway: the body of a request that was sent compressed (Content-Encoding: gzip or deflate), as it
// comes.
//
// Bounded three ways: the output never exceeds max_bytes (nothing is allocated before it is made), it may not be more
// than kMaxRatio times what came once it is past kFreeBytes (a bomb ends early), and gzip is exactly one member with
// nothing behind it: what a second parser might append to the body is refused. Belongs to one request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox::gateway {

class Inflater {
 public:
  enum class Coding : std::uint8_t { gzip, deflate };  // deflate: the zlib format, as RFC 9110 defines it
  enum class Result : std::uint8_t { good, malformed, too_large };
  static constexpr std::uint64_t kMaxRatio = 100;
  static constexpr std::uint64_t kFreeBytes = 1 << 20;

  Inflater(Coding coding, std::size_t max_bytes);
  ~Inflater();

  // Appends what `in` unpacks to.
  Result feed(std::string_view in, std::string& out);
  bool done() const { return done_; }  // saw the end, checksum included

 private:
  struct Zlib;
  std::unique_ptr<Zlib> zlib_;
  std::size_t max_bytes_;
  bool done_ = false;
};

}  // namespace signalbox::gateway
