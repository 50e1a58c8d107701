#include "digest/sha256.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <vector>

namespace signalbox::digest {

namespace {

constexpr std::size_t kBlock = 256 * 1024;

// OpenSSL refuses a digest of memory only where it has no memory of its own.
void require(int result) {
  if (result != 1) throw std::bad_alloc();
}

// Looked up once: OpenSSL's own search for it costs more than the digest of a short text. Lives as long as the process.
const EVP_MD* algorithm() {
  static const EVP_MD* const kFetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return kFetched != nullptr ? kFetched : EVP_sha256();
}

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string unreadable(const std::filesystem::path& path, int error) {
  return path.string() + ": cannot be read: " + std::generic_category().message(error);
}

int value_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = c | 32;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

void Sha256Stream::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  if (!context_) throw std::bad_alloc();
  require(EVP_DigestInit_ex(context_.get(), algorithm(), nullptr));
}

Sha256Stream& Sha256Stream::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  return *this;
}

Sha256 Sha256Stream::finish() {
  Sha256 result{};
  require(EVP_DigestFinal_ex(context_.get(), result.data(), nullptr));
  return result;
}

Sha256 sha256(std::string_view bytes) {
  return Sha256Stream().update(bytes).finish();
}

std::expected<Sha256, std::string> file_sha256(const std::filesystem::path& path) {
  const Descriptor file(path);
  if (file.get() < 0) return std::unexpected(unreadable(path, errno));
  Sha256Stream stream;
  std::vector<char> block(kBlock);
  while (true) {
    const ssize_t size = ::read(file.get(), block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(unreadable(path, errno));
    if (size == 0) return stream.finish();
    stream.update({block.data(), static_cast<std::size_t>(size)});
  }
}

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Sha256> sha256_from_hex(std::string_view text) {
  Sha256 result{};
  if (text.size() != 2 * result.size()) return std::nullopt;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const int high = value_of(text[2 * i]);
    const int low = value_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    result[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return result;
}

bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace signalbox::digest
