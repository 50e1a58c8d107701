#include "tensor/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "tensor/load_error.h"

namespace signalbox::tensor {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const char* what) {
  throw LoadError(path.string() + ": " + what + ": " + std::strerror(errno));
}

struct Descriptor {
  explicit Descriptor(int value) : value(value) {}
  ~Descriptor() { ::close(value); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value;
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) refuse(path, "cannot open");
  const Descriptor file(opened);
  struct stat status{};
  if (::fstat(file.value, &status) != 0) refuse(path, "cannot stat");
  if (!S_ISREG(status.st_mode)) throw LoadError(path.string() + ": is not a regular file");
  if (status.st_size == 0) throw LoadError(path.string() + ": is empty");
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (mapped == MAP_FAILED) refuse(path, "cannot map");
  bytes_ = {static_cast<const std::byte*>(mapped), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace signalbox::tensor
