// A file mapped read-only into memory.
//
// Owns the mapping; the bytes live as long as it. Immutable, any thread may read. The file must not be truncated while
// it is mapped (a read past its new end is SIGBUS): model folders are replaced as a whole, not edited in place.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

namespace signalbox::tensor {

class MappedFile {
 public:
  // Throws LoadError when the file cannot be opened or mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace signalbox::tensor
