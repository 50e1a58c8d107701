// The order matters: the recogniser loads its data and reads one small picture, and the trade prepares itself (so that
// whatever is done lazily is done), while files can still be opened; then the door closes, and only then is the gateway
// told that tasks may come.
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
evidence::ImageText put_pixels(Bytes picture, const UniqueFd& room, const Task& task, const Setup& setup) {
  ImagePixels read = read_pixels(picture, task.media_type, setup.limits, task.pixels->wanted);
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

evidence::ImageText read_text(Bytes picture, const Task& task, const Setup& setup, Recognizer* recognizer) {
  return read_picture(picture, task.media_type, setup.limits, recognizer,
                      std::min(task.deadline, Clock::now() + setup.reading_time));
}

int serve(Channel& channel, const Trade& trade, const Setup& setup, Recognizer* recognizer) {
  while (true) {
    const auto frame = channel.receive(true, kForever);
    if (!frame) return frame.error() == ChannelError::closed ? 0 : 1;
    const auto task = decode_task(frame->body);
    if (frame->kind != FrameKind::task || !task || !frame->attached[0]) return 1;
    if (task->pixels && (!frame->attached[1] || !trade.put_pixels)) return 1;
    const MappedMemory given = MappedMemory::of_bytes(frame->attached[0], task->bytes);
    const auto result = task->pixels ? trade.put_pixels(given.bytes(), frame->attached[1], *task, setup)
                                     : trade.read_text(given.bytes(), *task, setup, recognizer);
    if (!send(channel, FrameKind::result, encode(result))) return 1;
  }
}

}  // namespace

int run_worker(int fd, const Trade& trade) {
  tie_to_parent();
  Channel channel{UniqueFd(fd)};
  const auto frame = channel.receive(false, kForever);
  const auto setup = frame ? decode_setup(frame->body) : std::nullopt;
  if (!setup || frame->kind != FrameKind::setup) return 1;
  auto recognizer = Recognizer::create(setup->recognition);
  if (recognizer) warm(**recognizer);
  if (trade.prepare) trade.prepare(*setup);
  const auto confined = enter_sandbox(setup->memory_bytes);
  const Ready ready{.confined = confined.has_value(),
                    .has_ocr = recognizer.has_value(),
                    .detail = !confined ? confined.error() : (recognizer ? std::string() : recognizer.error())};
  const bool sent = send(channel, FrameKind::ready, encode(ready));
  const int status = sent && confined ? serve(channel, trade, *setup, recognizer ? recognizer->get() : nullptr) : 1;
  ::_exit(status);  // the libraries' destructors do things the sandbox forbids
}

int run_image_worker(int fd) {
  return run_worker(fd, {.prepare = {}, .read_text = read_text, .put_pixels = put_pixels});
}

}  // namespace signalbox::vision
