// The configuration file as bytes on a disk: read within bounds, replaced whole or not at all.
//
// Any thread; two writers of one file at a time are the caller's mistake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace signalbox::lifecycle {

struct FileError {
  enum class Kind : std::uint8_t {
    unreadable,
    too_large,
    not_writable,  // read-only file system, no permission, a mount of its own: nothing that trying again could help
    failed         // no space, an I/O error
  };
  Kind kind = Kind::failed;
  std::string message;  // a sentence that names the file
};

// The bytes of a regular file.
std::expected<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes);

// The new bytes go to a temporary file beside it, to the disk, and under the name; readers see the old or the new ones.
// The mode is kept (of an existing file; else `mode`), the owner where the system allows it; where `path` is a symbolic
// link, what it points to is replaced.
std::expected<void, FileError> replace_file(const std::string& path, std::string_view bytes, unsigned mode = 0600);

// May replace_file() succeed? Says why not.
std::expected<void, FileError> check_replaceable(const std::string& path);

}  // namespace signalbox::lifecycle
