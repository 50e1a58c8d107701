#include "trust/file_digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "tensor/load_error.h"
#include "tensor/mapped_file.h"

namespace signalbox::trust {
namespace {

std::string sha256(const void* bytes, std::size_t size) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes, size, digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw tensor::LoadError("SHA-256 is not available");
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
  return hex;
}

}  // namespace

std::string file_sha256(const std::filesystem::path& path) {
  const tensor::MappedFile file(path);
  return sha256(file.bytes().data(), file.bytes().size());
}

std::string text_sha256(std::string_view text) {
  return sha256(text.data(), text.size());
}

}  // namespace signalbox::trust
