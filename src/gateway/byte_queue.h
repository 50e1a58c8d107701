// Internal to the gateway: bytes between a socket and a parser.
//
// Space handed out by prepare() stays where it is until commit(), even while earlier bytes are viewed or consumed: a
// read may be outstanding while the parser works. Not synchronised.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace signalbox::gateway {

class ByteQueue {
 public:
  std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  void consume(std::size_t n) { begin_ += n; }

  // Only while no prepared space is outstanding.
  std::span<char> prepare(std::size_t n) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ + n > size_ && begin_ > 0) {
      std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ + n > size_) grow(end_ + n);
    return {data_.get() + end_, n};
  }
  void commit(std::size_t n) { end_ += n; }

 private:
  // By half at least, so that a body that comes in small reads is not copied by each. What was not read is never
  // touched: an idle connection costs the pages that its messages needed, not the space that was offered.
  void grow(std::size_t needed) {
    const std::size_t size = std::max(needed, size_ + size_ / 2);
    auto larger = std::make_unique_for_overwrite<char[]>(size);
    if (end_ > 0) std::memcpy(larger.get(), data_.get(), end_);
    data_ = std::move(larger);
    size_ = size;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace signalbox::gateway
