#include "vision/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace signalbox::vision {
namespace {

constexpr std::uint32_t kMaxBody = 5 * 1024 * 1024;  // the text of a long document

struct FrameHead {
  FrameKind kind;
  std::uint32_t size;
};

// Milliseconds for poll(), rounded up so that it never spins; -1 for no deadline.
int poll_timeout(Channel::Deadline deadline) {
  if (deadline == Channel::Deadline::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, std::numeric_limits<int>::max()));
}

bool try_again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

union ControlBuffer {
  cmsghdr align;
  std::array<char, CMSG_SPACE(kMaxAttached * sizeof(int))> bytes;
};

void attach(msghdr& message, ControlBuffer& control, std::span<const int> fds) {
  message.msg_control = control.bytes.data();
  message.msg_controllen = CMSG_SPACE(fds.size_bytes());
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(fds.size_bytes());
  std::memcpy(CMSG_DATA(head), fds.data(), fds.size_bytes());
}

void take_attached(msghdr& message, std::span<UniqueFd> into) {
  const cmsghdr* head = CMSG_FIRSTHDR(&message);
  if (head == nullptr || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) return;
  const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);  // no more than there was room for
  for (std::size_t i = 0; i < count && i < into.size(); ++i) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(head) + i * sizeof fd, sizeof fd);
    into[i] = UniqueFd(fd);
  }
}

}  // namespace

std::expected<void, ChannelError> Channel::wait(short events, Deadline deadline) const {
  while (true) {
    std::array<pollfd, 2> watched = {pollfd{socket_.get(), events, 0}, pollfd{interrupt_, POLLIN, 0}};
    const int timeout = poll_timeout(deadline);
    const int ready = ::poll(watched.data(), watched.size(), timeout);
    if (ready < 0 && errno != EINTR) return std::unexpected(ChannelError::closed);
    if (ready > 0 && watched[1].revents != 0) return std::unexpected(ChannelError::interrupted);
    if (ready > 0) return {};  // data, or a hang-up that the next call will see
    if (ready == 0 && poll_timeout(deadline) == 0) return std::unexpected(ChannelError::late);
  }
}

std::expected<void, ChannelError> Channel::send(FrameKind kind, std::string_view body, std::span<const int> attached,
                                                Deadline deadline) {
  if (body.size() > kMaxBody || attached.size() > kMaxAttached) return std::unexpected(ChannelError::malformed);
  const FrameHead head{kind, static_cast<std::uint32_t>(body.size())};
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  bytes += body;
  for (std::size_t sent = 0; sent < bytes.size();) {
    if (const auto writable = wait(POLLOUT, deadline); !writable) return writable;
    iovec part{bytes.data() + sent, bytes.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ControlBuffer control{};
    if (!attached.empty() && sent == 0) attach(message, control, attached);
    const ssize_t count = ::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && !try_again()) return std::unexpected(ChannelError::closed);
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  return {};
}

std::expected<void, ChannelError> Channel::read_exactly(char* out, std::size_t size, std::span<UniqueFd> attached,
                                                        Deadline deadline) {
  for (std::size_t have = 0; have < size;) {
    if (const auto readable = wait(POLLIN, deadline); !readable) return readable;
    iovec part{out + have, size - have};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ControlBuffer control{};
    if (!attached.empty()) {
      message.msg_control = control.bytes.data();
      message.msg_controllen = control.bytes.size();
    }
    const ssize_t count = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count == 0 || (count < 0 && !try_again())) return std::unexpected(ChannelError::closed);
    if (count < 0) continue;
    if (!attached.empty()) take_attached(message, attached);
    have += static_cast<std::size_t>(count);
  }
  return {};
}

std::expected<Frame, ChannelError> Channel::receive(bool accept_fds, Deadline deadline) {
  Frame frame;
  std::array<char, sizeof(FrameHead)> bytes{};
  const std::span<UniqueFd> attached = accept_fds ? std::span<UniqueFd>(frame.attached) : std::span<UniqueFd>();
  if (const auto read = read_exactly(bytes.data(), bytes.size(), attached, deadline); !read)
    return std::unexpected(read.error());
  FrameHead head{};
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.size > kMaxBody) return std::unexpected(ChannelError::malformed);
  frame.kind = head.kind;
  frame.body.resize(head.size);
  if (const auto read = read_exactly(frame.body.data(), frame.body.size(), {}, deadline); !read)
    return std::unexpected(read.error());
  return frame;
}

}  // namespace signalbox::vision
