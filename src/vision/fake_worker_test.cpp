#include "vision/fake_worker.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "vision/channel.h"
#include "vision/messages.h"

namespace signalbox::vision {
namespace {

constexpr auto kForever = Channel::Deadline::max();

void be_killed_once(const std::string& folder) {
  const std::filesystem::path marker = std::filesystem::path(folder) / "killed";
  if (std::filesystem::exists(marker)) return;
  std::ofstream(marker) << "once";
  ::raise(SIGKILL);
}

void be_killed_at_the_start(const std::string& folder) {
  const std::filesystem::path file = std::filesystem::path(folder) / kFakeKilledStarts;
  int left = 0;
  if (!(std::ifstream(file) >> left) || left == 0) return;
  std::ofstream(file) << left - 1;
  ::raise(SIGKILL);
}

// Returns only if the order leaves the worker alive.
std::string obey(const std::string& order, const std::string& folder, int fd) {
  if (order == kCrash) {
    ::signal(SIGSEGV, SIG_DFL);  // sanitizers handle it
    ::raise(SIGSEGV);
  }
  if (order == kKilledAlways) ::raise(SIGKILL);
  if (order == kKilledOnce) be_killed_once(folder);
  if (order == kHang) ::pause();
  if (order == kBabble) return "nonsense";
  if (order == kHugeFrame) {
    const std::array<std::uint32_t, 2> head = {static_cast<std::uint32_t>(FrameKind::result), 0x7fffffffU};
    ::send(fd, head.data(), sizeof head, 0);
    ::pause();
  }
  evidence::ImageText result;
  if (order == kBadSize) result.width = result.height = 0xffffffffU;
  result.text = order == kBadText ? "\xff\xfe" : "read by the fake";
  result.lines = {{.begin = 0, .end = static_cast<std::uint32_t>(result.text.size()), .box = {}, .confidence = 1}};
  return encode(result);
}

}  // namespace

int run_fake_worker(int fd, const char* mode) {
  const std::string folder(mode);
  Channel channel{UniqueFd(fd)};
  if (!channel.receive(false, kForever)) return 1;
  be_killed_at_the_start(folder);
  const bool confined = folder != kFakeUnconfined;
  const Ready ready{.confined = confined, .has_ocr = true, .detail = confined ? "" : "the test said so"};
  if (!channel.send(FrameKind::ready, encode(ready), {}, kForever)) return 1;
  while (const auto frame = channel.receive(true, kForever)) {
    const auto task = decode_task(frame->body);
    if (!task || !frame->attached[0]) return 1;
    if (!channel.send(FrameKind::result, obey(task->media_type, folder, fd), {}, kForever)) return 1;
  }
  return 0;
}

}  // namespace signalbox::vision
