#include "cli/base64_file.h"

#include <openssl/evp.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace signalbox::cli {

namespace {
std::string media_type(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".jpg" || extension == ".jpeg") return "image/jpeg";
  if (extension == ".webp") return "image/webp";
  if (extension == ".gif") return "image/gif";
  if (extension == ".bmp") return "image/bmp";
  return "image/png";
}
}  // namespace

std::optional<std::string> data_uri_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  std::string encoded(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return "data:" + media_type(path) + ";base64," + encoded;
}

}  // namespace signalbox::cli
