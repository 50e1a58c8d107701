#include "vision/sealed_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace signalbox::vision {

std::optional<UniqueFd> seal(Bytes bytes) {
  UniqueFd fd(::memfd_create("signalbox-picture", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return std::nullopt;
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t count = ::write(fd.get(), bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno != EINTR) return std::nullopt;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) return std::nullopt;
  return fd;
}

std::optional<UniqueFd> make_room(std::uint64_t size) {
  UniqueFd fd(::memfd_create("signalbox-pixels", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) return std::nullopt;
  if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return std::nullopt;
  return fd;
}

MappedMemory::MappedMemory(void* address, std::size_t size)
    : address_(address == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(address)), size_(size) {}
MappedMemory::MappedMemory(MappedMemory&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)), size_(other.size_) {}
MappedMemory& MappedMemory::operator=(MappedMemory&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  return *this;
}
MappedMemory::~MappedMemory() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

MappedMemory MappedMemory::of_bytes(const UniqueFd& fd, std::size_t size) {
  return {::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0), size};
}
MappedMemory MappedMemory::of_room(const UniqueFd& fd, std::size_t size) {
  return {::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0), size};
}

Bytes MappedMemory::bytes() const {
  return address_ == nullptr ? Bytes() : Bytes(address_, size_);
}
std::span<std::uint8_t> MappedMemory::room() const {
  return address_ == nullptr ? std::span<std::uint8_t>() : std::span<std::uint8_t>(address_, size_);
}

}  // namespace signalbox::vision
