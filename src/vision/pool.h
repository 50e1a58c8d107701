// A small pool of confined worker processes that decode and read pictures (DESIGN §3: hostile bytes are decoded
// elsewhere). evidence::ImageReader and for `serve`. Another executable makes it a pool for other bytes
// (documents/pdf_pool.h).
//
// Promises:
// - read() and read_pixels() return by their deadline, whatever the workers do; a worker that is late is killed and
// replaced.
// - A picture that crashes its worker is decode_failed; the other pictures do not notice.
// - A worker killed from outside loses no picture: the one it held is tried once more on a fresh worker.
// - Nothing starts before the first picture (or warm_up()); the pictures wait in a bounded queue.
// Thread-safe. The destructor kills the workers; no read() may be running then.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "evidence/image_reader.h"
#include "vision/in_process_reader.h"
#include "vision/worker_process.h"

namespace signalbox::vision {

struct PoolOptions {
  ReaderOptions reader;
  WorkKind kind{.noun = "picture",
                .without_worker = evidence::Unjudged::ocr_missing,
                .remedy = "set image_isolation: in_process to decode pictures in the gateway itself"};
  std::uint32_t workers = 2;
  std::uint32_t queue = 64;                            // pictures that wait; more are refused as timeout
  std::uint64_t memory_bytes = 1024ULL * 1024 * 1024;  // address space of one worker
  std::string executable = "/proc/self/exe";           // must call run_worker (vision/worker.h)
  std::vector<std::string> environment;                // NAME=value, for the workers
};

class ReaderPool final : public evidence::ImageReader {
 public:
  // Fails with a sentence where the kernel cannot confine workers: a start-up error, unless in_process is chosen.
  static std::expected<std::unique_ptr<ReaderPool>, std::string> create(PoolOptions options);
  ~ReaderPool() override;
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point deadline) override;
  // The pixels come back in shared memory: as much as they need or, for whole pictures, as the limits allow (it is
  // taken only where it is written).
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels& wanted,
                                                 std::chrono::steady_clock::time_point deadline) override;

  // Starts all workers and waits for them; the first error if one cannot start.
  std::expected<void, std::string> warm_up();

  // Of the workers that run now.
  std::vector<pid_t> worker_pids() const;

 private:
  class Impl;
  explicit ReaderPool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::vision
