// The order matters: the recogniser loads its data and reads one small picture (so that whatever it does lazily is
// done) while files can still be opened, then the door closes, and only then is the gateway told that pictures may
// come.
#include "vision/worker.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "vision/channel.h"
#include "vision/messages.h"
#include "vision/picture_reader.h"
#include "vision/sandbox.h"
#include "vision/sealed_memory.h"

namespace signalbox::vision {

using evidence::ImagePixels;
using imaging::Pixels;
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kForever = Channel::Deadline::max();

void warm(Recognizer& recognizer) {
  Pixels picture{.width = 64, .height = 32, .rgb = std::vector<std::uint8_t>(64 * 32 * 3, 255), .alpha = {}};
  for (std::size_t row = 10; row < 22; ++row) std::fill_n(&picture.rgb[(row * 64 + 20) * 3], 9, std::uint8_t{0});
  recognizer.read(picture, kForever);
}

bool send(Channel& channel, FrameKind kind, const std::string& body) {
  return channel.send(kind, body, {}, kForever).has_value();
}

// Pixels go to the room, their size into the answer.
evidence::ImageText put_pixels(const MappedMemory& picture, const UniqueFd& room, const Task& task,
                               const Limits& limits) {
  ImagePixels read = read_pixels(picture.bytes(), task.media_type, limits, task.pixels->wanted);
  evidence::ImageText answer;
  answer.unjudged = read.unjudged;
  answer.detail = std::move(read.detail);
  if (answer.unjudged != evidence::Unjudged::none) return answer;
  const MappedMemory mapped = MappedMemory::of_room(room, task.pixels->room);
  if (read.pixels.rgb.size() > mapped.room().size()) {
    answer.unjudged = evidence::Unjudged::too_large;
    answer.detail = "there is no room for the pixels";
    return answer;
  }
  std::ranges::copy(read.pixels.rgb, mapped.room().begin());
  answer.width = read.pixels.width;
  answer.height = read.pixels.height;
  return answer;
}

int serve(Channel& channel, const Setup& setup, Recognizer* recognizer) {
  while (true) {
    const auto frame = channel.receive(true, kForever);
    if (!frame) return frame.error() == ChannelError::closed ? 0 : 1;
    const auto task = decode_task(frame->body);
    if (frame->kind != FrameKind::task || !task || !frame->attached[0] || (task->pixels && !frame->attached[1]))
      return 1;
    const MappedMemory picture = MappedMemory::of_bytes(frame->attached[0], task->bytes);
    const auto result = task->pixels ? put_pixels(picture, frame->attached[1], *task, setup.limits)
                                     : read_picture(picture.bytes(), task->media_type, setup.limits, recognizer,
                                                    std::min(task->deadline, Clock::now() + setup.reading_time));
    if (!send(channel, FrameKind::result, encode(result))) return 1;
  }
}

}  // namespace

int run_image_worker(int fd) {
  tie_to_parent();
  Channel channel{UniqueFd(fd)};
  const auto frame = channel.receive(false, kForever);
  const auto setup = frame ? decode_setup(frame->body) : std::nullopt;
  if (!setup || frame->kind != FrameKind::setup) return 1;
  auto recognizer = Recognizer::create(setup->recognition);
  if (recognizer) warm(**recognizer);
  const auto confined = enter_sandbox(setup->memory_bytes);
  const Ready ready{.confined = confined.has_value(),
                    .has_ocr = recognizer.has_value(),
                    .detail = !confined ? confined.error() : (recognizer ? std::string() : recognizer.error())};
  const bool sent = send(channel, FrameKind::ready, encode(ready));
  const int status = sent && confined ? serve(channel, *setup, recognizer ? recognizer->get() : nullptr) : 1;
  ::_exit(status);  // the libraries' destructors do things the sandbox forbids
}

}  // namespace signalbox::vision
