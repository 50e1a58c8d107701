#include "trust/file_digest.h"

#include "digest/sha256.h"
#include "tensor/load_error.h"

namespace signalbox::trust {

std::string file_sha256(const std::filesystem::path& path) {
  const auto sum = digest::file_sha256(path);
  if (!sum) throw tensor::LoadError(sum.error());
  return digest::hex(*sum);
}

std::string text_sha256(std::string_view text) {
  return digest::hex(digest::sha256(text));
}

}  // namespace signalbox::trust
