// Frames between the gateway and a worker over a Unix stream socket: kind, length, body, and at most one descriptor.
//
// The length is bounded before the body is allocated, on both sides: after a picture has been decoded, the worker
// counts as hostile. No call waits past its deadline, or after `interrupt` became readable. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "vision/unique_fd.h"

namespace signalbox::vision {

enum class FrameKind : std::uint32_t { setup = 1, ready = 2, task = 3, result = 4 };

struct Frame {
  FrameKind kind = FrameKind::setup;
  std::string body;
  UniqueFd attached;
};

enum class ChannelError : std::uint8_t { closed, late, interrupted, malformed };

class Channel {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // `interrupt` is a descriptor that becomes readable when waiting must end, or -1. Not owned.
  explicit Channel(UniqueFd socket, int interrupt = -1) : socket_(std::move(socket)), interrupt_(interrupt) {}

  std::expected<void, ChannelError> send(FrameKind kind, std::string_view body, int attached, Deadline deadline);
  // A descriptor that comes along is taken only if `accept_fd`, else the kernel drops it.
  std::expected<Frame, ChannelError> receive(bool accept_fd, Deadline deadline);

 private:
  std::expected<void, ChannelError> wait(short events, Deadline deadline) const;
  std::expected<void, ChannelError> read_exactly(char* out, std::size_t size, UniqueFd* attached, Deadline deadline);

  UniqueFd socket_;
  int interrupt_;
};

}  // namespace signalbox::vision
