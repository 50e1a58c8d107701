#include "lifecycle/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace signalbox::lifecycle {
namespace {

namespace fs = std::filesystem;
using Kind = FileError::Kind;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

bool lasting(int error) {
  return error == EROFS || error == EACCES || error == EPERM || error == EBUSY || error == ENOTDIR || error == ENOENT;
}

std::unexpected<FileError> failure(const std::string& path, std::string_view what) {
  const int error = errno;
  return std::unexpected(
      FileError{lasting(error) ? Kind::not_writable : Kind::failed,
                fmt::format("{} cannot be {}: {}", path, what, std::generic_category().message(error))});
}

// What the name stands for in the end, so that a link stays a link.
std::string real_name(const std::string& path) {
  std::error_code none;
  const fs::path real = fs::canonical(path, none);
  return none ? path : real.string();
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// As the file that it will replace. A foreign owner can only be kept by root; the mode comes last, for chown clears
// bits.
bool take_after(int fd, const std::string& original, unsigned mode) {
  struct stat old{};
  if (::stat(original.c_str(), &old) == 0) {
    mode = old.st_mode & 0777u;
    const bool foreign = old.st_uid != ::geteuid() || old.st_gid != ::getegid();
    if (foreign && ::fchown(fd, old.st_uid, old.st_gid) != 0) errno = 0;  // then it is ours, as after any editor
  }
  return ::fchmod(fd, mode) == 0;
}

// The rename itself is only safe once the directory is on the disk. Some file systems cannot; then they do it in time.
void sync_directory(const fs::path& directory) {
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) ::fsync(fd.get());
}

}  // namespace

std::expected<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes) {
  const auto unreadable = [&](std::string_view why) {
    return std::unexpected(FileError{Kind::unreadable, fmt::format("{} cannot be read: {}", path, why)});
  };
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat found{};
  if (fd.get() < 0 || ::fstat(fd.get(), &found) != 0) return unreadable(std::generic_category().message(errno));
  if (!S_ISREG(found.st_mode)) return unreadable("it is not a regular file");
  std::string bytes;
  for (;;) {
    const std::size_t had = bytes.size();
    bytes.resize(std::min(had + 64 * 1024, max_bytes + 1));
    const ssize_t n = ::read(fd.get(), bytes.data() + had, bytes.size() - had);
    if (n < 0) return unreadable(std::generic_category().message(errno));
    bytes.resize(had + static_cast<std::size_t>(n));
    if (bytes.size() > max_bytes) {
      return std::unexpected(FileError{Kind::too_large, fmt::format("{} is larger than {} bytes", path, max_bytes)});
    }
    if (n == 0) return bytes;
  }
}

std::expected<void, FileError> replace_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string target = real_name(path);
  const fs::path directory = fs::path(target).parent_path().empty() ? "." : fs::path(target).parent_path();
  std::string temporary = (directory / ("." + fs::path(target).filename().string() + ".new-XXXXXX")).string();
  Descriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return failure(directory.string(), "written to");
  const bool whole =
      take_after(fd.get(), target, mode) && write_all(fd.get(), bytes) && ::fsync(fd.get()) == 0 && fd.close();
  if (!whole || ::rename(temporary.c_str(), target.c_str()) != 0) {
    std::unexpected<FileError> error = failure(target, "replaced");
    ::unlink(temporary.c_str());
    return error;
  }
  sync_directory(directory);
  return {};
}

std::expected<void, FileError> check_replaceable(const std::string& path) {
  const std::string target = real_name(path);
  const fs::path directory = fs::path(target).parent_path().empty() ? "." : fs::path(target).parent_path();
  struct stat found{};
  if (::stat(target.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
    return std::unexpected(FileError{Kind::not_writable, fmt::format("{} is not a regular file", path)});
  }
  // The file itself says whether it is meant to be written; the directory, whether it can be replaced.
  if (::access(target.c_str(), W_OK) != 0) return failure(path, "written");
  if (::access(directory.c_str(), W_OK | X_OK) != 0) return failure(directory.string(), "written to");
  return {};
}

}  // namespace signalbox::lifecycle
