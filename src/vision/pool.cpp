#include "vision/pool.h"

#include <sys/eventfd.h>

#include <mutex>
#include <optional>
#include <utility>

#include "vision/lane.h"
#include "vision/payload.h"
#include "vision/picture_reader.h"
#include "vision/sandbox.h"
#include "vision/sealed_memory.h"

namespace signalbox::vision {

using evidence::ImagePixels;
using evidence::WantedPixels;
namespace {

using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;

constexpr std::size_t kMaxMediaType = 64;

ImageText unread(Unjudged reason, std::string detail) {
  ImageText result;
  result.unjudged = reason;
  result.detail = std::move(detail);
  return result;
}

WorkerOptions worker_options(const PoolOptions& options) {
  WorkerOptions worker;
  worker.setup = {options.reader.limits, options.memory_bytes, options.reader.recognition, options.reader.reading_time};
  worker.kind = options.kind;
  worker.executable = options.executable;
  worker.environment = options.environment;
  return worker;
}

constexpr std::uint64_t kSamples = 3;

// Bytes that the pixels may need.
std::uint64_t room_for(const WantedPixels& wanted, const Limits& limits) {
  return kSamples * (wanted ? std::uint64_t{wanted->width} * wanted->height : limits.pixels);
}

// Nothing if the system has no memory or descriptor left.
std::optional<MappedMemory> add_room(const WantedPixels& wanted, const Limits& limits, Errand& errand) {
  const std::uint64_t size = room_for(wanted, limits);
  auto room = make_room(size);
  if (!room) return std::nullopt;
  MappedMemory mapped = MappedMemory::of_room(*room, size);
  if (mapped.room().empty()) return std::nullopt;
  errand.room = std::move(*room);
  errand.task.pixels = PixelTask{.wanted = wanted, .room = size};
  return mapped;
}

// What the worker says it put into `room`, believed only as far as it can be true.
ImagePixels take_pixels(const ImageText& answer, const MappedMemory& room, const WantedPixels& wanted) {
  ImagePixels result{.unjudged = answer.unjudged, .detail = answer.detail};
  if (answer.unjudged != Unjudged::none) return result;
  const std::uint64_t size = std::uint64_t{answer.width} * answer.height;
  const bool as_wanted = !wanted || (answer.width == wanted->width && answer.height == wanted->height);
  if (size == 0 || size > room.room().size() / kSamples || !as_wanted) {
    result.unjudged = Unjudged::decode_failed;
    result.detail = "the worker gave no sensible answer";
    return result;
  }
  const auto samples = room.room().first(size * kSamples);
  result.pixels = {
      .width = answer.width, .height = answer.height, .rgb = {samples.begin(), samples.end()}, .alpha = {}};
  return result;
}

}  // namespace

class ReaderPool::Impl {
 public:
  using Clock = std::chrono::steady_clock;
  // What became of one picture so far: refused at once, or an answer to wait for, with the room for its pixels.
  struct Pending {
    ImageText known;
    std::optional<std::future<ImageText>> answer;
    std::optional<MappedMemory> room = std::nullopt;
  };

  Impl(const PoolOptions& options, UniqueFd interrupt)
      : limits_(options.reader.limits),
        worker_options_(worker_options(options)),
        interrupt_(std::move(interrupt)),
        queue_(options.queue) {
    for (std::uint32_t i = 0; i < options.workers; ++i)
      lanes_.push_back(std::make_unique<Lane>(queue_, worker_options_, interrupt_.get()));
  }
  ~Impl() {
    queue_.close();
    ::eventfd_write(interrupt_.get(), 1);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // `wanted` is null for text.
  Pending submit(const Image& image, Clock::time_point deadline, const WantedPixels* wanted);
  // Of an answer that may not come in time.
  ImageText wait_for(std::future<ImageText>& answer, Clock::time_point deadline) const;
  std::expected<void, std::string> warm_up();
  std::vector<pid_t> pids() const;

 private:
  const Limits limits_;
  const WorkerOptions worker_options_;
  std::mutex warm_up_mutex_;  // one warm-up at a time
  const UniqueFd interrupt_;
  PictureQueue queue_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

ReaderPool::Impl::Pending ReaderPool::Impl::submit(const Image& image, Clock::time_point deadline,
                                                   const WantedPixels* wanted) {
  if (image.unjudged != Unjudged::none) return {unread(image.unjudged, ""), std::nullopt};
  const auto bytes = decode_payload(image.base64, limits_);
  if (!bytes) return {refused(bytes.error()), std::nullopt};
  auto picture = seal(*bytes);
  const std::string& noun = worker_options_.kind.noun;
  if (!picture) return {unread(Unjudged::overloaded, "no memory for another " + noun), std::nullopt};
  auto errand = std::make_unique<Errand>();
  errand->picture = std::move(*picture);
  errand->task = {.bytes = bytes->size(),
                  .deadline = deadline,
                  .media_type = std::string(image.media_type.substr(0, kMaxMediaType))};
  std::optional<MappedMemory> room;
  if (wanted != nullptr) {
    room = add_room(*wanted, limits_, *errand);
    if (!room) return {unread(Unjudged::overloaded, "no memory for another " + noun), std::nullopt};
  }
  auto answer = errand->answer.get_future();
  if (!queue_.push(std::move(errand)))
    return {unread(Unjudged::overloaded, "too many " + noun + "s are waiting to be read"), std::nullopt};
  return {{}, std::move(answer), std::move(room)};
}

ImageText ReaderPool::Impl::wait_for(std::future<ImageText>& answer, Clock::time_point deadline) const {
  if (answer.wait_until(deadline) == std::future_status::ready) return answer.get();
  return unread(Unjudged::timeout, "the " + worker_options_.kind.noun + " was not read by the deadline");
}

std::expected<void, std::string> ReaderPool::Impl::warm_up() {
  const std::lock_guard lock(warm_up_mutex_);
  std::vector<std::future<std::expected<void, std::string>>> started;
  for (const auto& lane : lanes_) started.push_back(lane->request_warm_up());
  queue_.wake();
  std::expected<void, std::string> outcome;
  for (auto& future : started) {
    if (auto one = future.get(); !one && outcome) outcome = std::move(one);
  }
  return outcome;
}

std::vector<pid_t> ReaderPool::Impl::pids() const {
  std::vector<pid_t> pids;
  for (const auto& lane : lanes_) {
    if (const pid_t pid = lane->worker_pid(); pid != 0) pids.push_back(pid);
  }
  return pids;
}

ReaderPool::ReaderPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReaderPool::~ReaderPool() = default;

std::expected<std::unique_ptr<ReaderPool>, std::string> ReaderPool::create(PoolOptions options) {
  if (!sandbox_available())
    return std::unexpected("this kernel cannot confine " + options.kind.noun + " workers (no seccomp filters)" +
                           (options.kind.remedy.empty() ? "" : "; " + options.kind.remedy));
  UniqueFd interrupt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!interrupt) return std::unexpected("no descriptor is left for the " + options.kind.noun + " workers");
  return std::unique_ptr<ReaderPool>(new ReaderPool(std::make_unique<Impl>(options, std::move(interrupt))));
}

std::vector<ImageText> ReaderPool::read(const std::vector<const Image*>& images,
                                        std::chrono::steady_clock::time_point deadline) {
  std::vector<Impl::Pending> pending;
  pending.reserve(images.size());
  for (const Image* image : images) pending.push_back(impl_->submit(*image, deadline, nullptr));
  std::vector<ImageText> results;
  results.reserve(images.size());
  for (Impl::Pending& one : pending)
    results.push_back(one.answer ? impl_->wait_for(*one.answer, deadline) : std::move(one.known));
  return results;
}

std::vector<ImagePixels> ReaderPool::read_pixels(const std::vector<const Image*>& images, const WantedPixels& wanted,
                                                 std::chrono::steady_clock::time_point deadline) {
  std::vector<Impl::Pending> pending;
  pending.reserve(images.size());
  for (const Image* image : images) pending.push_back(impl_->submit(*image, deadline, &wanted));
  std::vector<ImagePixels> results;
  results.reserve(images.size());
  for (Impl::Pending& one : pending) {
    if (one.answer) {
      results.push_back(take_pixels(impl_->wait_for(*one.answer, deadline), *one.room, wanted));
    } else {
      results.push_back({.unjudged = one.known.unjudged, .detail = std::move(one.known.detail)});
    }
  }
  return results;
}

std::expected<void, std::string> ReaderPool::warm_up() {
  return impl_->warm_up();
}
std::vector<pid_t> ReaderPool::worker_pids() const {
  return impl_->pids();
}

}  // namespace signalbox::vision
