// Memory for vector kernels: 64-byte aligned, sized once, zeroed, owned by one worker.
//
// A large one costs nothing until it is used: its zeros are the system's (a workspace is as large as the longest text
// that a model reads, and most texts are short).
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

namespace signalbox::tensor {

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t floats) : size_(floats) {
    if (floats == 0) return;
    std::size_t bytes = floats * sizeof(float) + kAlignment;
    memory_.reset(std::calloc(1, bytes));
    void* from = memory_.get();
    if (from == nullptr) throw std::bad_alloc();
    data_ = static_cast<float*>(std::align(kAlignment, floats * sizeof(float), from, bytes));
  }

  float* data() { return data_; }
  const float* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<float> span() { return {data(), size_}; }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
  float* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace signalbox::tensor
