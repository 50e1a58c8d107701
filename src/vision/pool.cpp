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
  worker.setup = {options.reader.limits, options.memory_bytes, options.reader.tessdata};
  worker.executable = options.executable;
  worker.environment = options.environment;
  return worker;
}

}  // namespace

class ReaderPool::Impl {
 public:
  using Clock = std::chrono::steady_clock;
  // What became of one picture so far: refused at once, or an answer to wait for.
  struct Pending {
    ImageText known;
    std::optional<std::future<ImageText>> answer;
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

  Pending submit(const Image& image, Clock::time_point deadline);
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

ReaderPool::Impl::Pending ReaderPool::Impl::submit(const Image& image, Clock::time_point deadline) {
  if (image.unjudged != Unjudged::none) return {unread(image.unjudged, ""), std::nullopt};
  const auto bytes = decode_payload(image.base64, limits_);
  if (!bytes) return {refused(bytes.error()), std::nullopt};
  auto picture = seal(*bytes);
  if (!picture) return {unread(Unjudged::overloaded, "no memory for another picture"), std::nullopt};
  auto errand = std::make_unique<Errand>();
  errand->picture = std::move(*picture);
  errand->task = {bytes->size(), deadline, std::string(image.media_type.substr(0, kMaxMediaType))};
  auto answer = errand->answer.get_future();
  if (!queue_.push(std::move(errand)))
    return {unread(Unjudged::overloaded, "too many pictures are waiting to be read"), std::nullopt};
  return {{}, std::move(answer)};
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
    return std::unexpected(
        "this kernel cannot confine image workers (no seccomp filters); set image_isolation: in_process to decode "
        "pictures in the gateway itself");
  UniqueFd interrupt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!interrupt) return std::unexpected("no descriptor is left for the image workers");
  return std::unique_ptr<ReaderPool>(new ReaderPool(std::make_unique<Impl>(options, std::move(interrupt))));
}

std::vector<ImageText> ReaderPool::read(const std::vector<const Image*>& images,
                                        std::chrono::steady_clock::time_point deadline) {
  std::vector<Impl::Pending> pending;
  pending.reserve(images.size());
  for (const Image* image : images) pending.push_back(impl_->submit(*image, deadline));
  std::vector<ImageText> results;
  results.reserve(images.size());
  for (Impl::Pending& one : pending) {
    if (!one.answer) {
      results.push_back(std::move(one.known));
    } else if (one.answer->wait_until(deadline) == std::future_status::ready) {
      results.push_back(one.answer->get());
    } else {
      results.push_back(unread(Unjudged::timeout, "the picture was not read by the deadline"));
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
