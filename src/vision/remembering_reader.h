// A reader that recognises the text of no picture twice while it is remembered: a conversation sends its pictures again
// with every turn.
//
// Promises: no picture is kept, only the SHA-256 of declared type and payload, and the text that was read of it; at
// most the given number of bytes, the least recently used goes first; what another request may find otherwise (a
// deadline, a full queue, no memory) is not remembered. Pixels are not: their vectors are, by the models. Decorator;
// thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "digest/sha256.h"
#include "evidence/image_reader.h"

namespace signalbox::vision {

class RememberingReader final : public evidence::ImageReader {
 public:
  RememberingReader(std::unique_ptr<evidence::ImageReader> reader, std::size_t max_bytes)
      : reader_(std::move(reader)), max_bytes_(max_bytes) {}

  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point deadline) override;
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels& wanted,
                                                 std::chrono::steady_clock::time_point deadline) override {
    return reader_->read_pixels(images, wanted, deadline);
  }

 private:
  struct Entry {
    digest::Sha256 key;
    evidence::ImageText text;
    std::size_t bytes = 0;
  };

  std::optional<evidence::ImageText> find(const digest::Sha256& key);
  void keep(const digest::Sha256& key, const evidence::ImageText& text);

  const std::unique_ptr<evidence::ImageReader> reader_;
  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::map<digest::Sha256, std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace signalbox::vision
