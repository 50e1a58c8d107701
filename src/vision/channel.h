// Frames between the gateway and a worker over a Unix stream socket: kind, length, body, and at most two descriptors.
//
// The length is bounded before the body is allocated, on both sides: after a picture has been decoded, the worker
// counts as hostile. No call waits past its deadline, or after `interrupt` became readable. One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "vision/unique_fd.h"

namespace signalbox::vision {

enum class FrameKind : std::uint32_t { setup = 1, ready = 2, task = 3, result = 4 };

inline constexpr std::size_t kMaxAttached = 2;

struct Frame {
  FrameKind kind = FrameKind::setup;
  std::string body;
  std::array<UniqueFd, kMaxAttached> attached;  // the first ones, in the order they were sent
};

enum class ChannelError : std::uint8_t { closed, late, interrupted, malformed };

class Channel {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // `interrupt` is a descriptor that becomes readable when waiting must end, or -1. Not owned.
  explicit Channel(UniqueFd socket, int interrupt = -1) : socket_(std::move(socket)), interrupt_(interrupt) {}

  // At most kMaxAttached descriptors.
  std::expected<void, ChannelError> send(FrameKind kind, std::string_view body, std::span<const int> attached,
                                         Deadline deadline);
  // Descriptors that come along are taken only if `accept_fds`, else the kernel drops them.
  std::expected<Frame, ChannelError> receive(bool accept_fds, Deadline deadline);

 private:
  std::expected<void, ChannelError> wait(short events, Deadline deadline) const;
  std::expected<void, ChannelError> read_exactly(char* out, std::size_t size, std::span<UniqueFd> attached,
                                                 Deadline deadline);

  UniqueFd socket_;
  int interrupt_;
};

}  // namespace signalbox::vision
