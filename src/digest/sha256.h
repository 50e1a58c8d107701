// SHA-256 of bytes and files, and its text form.
//
// Pure but for file_sha256, which reads; any thread. std::bad_alloc where OpenSSL has no memory; nothing else is
// thrown.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace signalbox::digest {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
// Read block by block: a file of any size. The error is a sentence that begins with the path.
std::expected<Sha256, std::string> file_sha256(const std::filesystem::path& path);

// Of bytes that come one after the other. Belongs to one thread.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream& update(std::string_view bytes);
  Sha256 finish();  // once; then it is used up

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Lower-case hexadecimal of any bytes.
std::string hex(std::span<const std::uint8_t> bytes);
// Exactly 64 hexadecimal digits, in either case.
std::optional<Sha256> sha256_from_hex(std::string_view text);
// Takes the same time wherever the two differ.
bool equal_in_constant_time(const Sha256& a, const Sha256& b);

}  // namespace signalbox::digest
