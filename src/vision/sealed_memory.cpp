#include "vision/sealed_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

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

}  // namespace signalbox::vision
