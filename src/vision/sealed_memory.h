// Memory that another process may map (memfd with seals): bytes that nobody can change any more, and room for an
// answer, whose size nobody can change.
//
// A picture travels this way and not inside a frame: the frame stays a few bytes, so that sending it never waits for a
// worker that stands still, and the worker reads the one copy in place. Thread-safe: no state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "vision/header.h"
#include "vision/unique_fd.h"

namespace signalbox::vision {

// Nothing if the system has no memory or no descriptor left.
std::optional<UniqueFd> seal(Bytes bytes);

// `size` zeros, which take no memory until they are written. Nothing if the system has no descriptor left.
std::optional<UniqueFd> make_room(std::uint64_t size);

// A mapping of memory of either kind, for as long as it lives. Belongs to one thread; the other process may write to
// room() at any time, so what is read from it is copied first and believed only then.
class MappedMemory {
 public:
  static MappedMemory of_bytes(const UniqueFd& fd, std::size_t size);  // read-only
  static MappedMemory of_room(const UniqueFd& fd, std::size_t size);   // shared, to be written
  ~MappedMemory();
  MappedMemory(MappedMemory&& other) noexcept;
  MappedMemory& operator=(MappedMemory&& other) noexcept;
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;

  // Empty if it could not be mapped.
  Bytes bytes() const;
  std::span<std::uint8_t> room() const;

 private:
  MappedMemory(void* address, std::size_t size);
  std::uint8_t* address_;  // null: nothing
  std::size_t size_;
};

}  // namespace signalbox::vision
