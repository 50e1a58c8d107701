// Internal to the gateway: bytes between a socket and a parser.
//
// Space handed out by prepare() stays where it is until commit(), even while earlier bytes are viewed or consumed: a
// read may be outstanding while the parser works. Not synchronised.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace signalbox::gateway {

class ByteQueue {
 public:
  std::string_view view() const { return {data_.data() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  void consume(std::size_t n) { begin_ += n; }

  // Only while no prepared space is outstanding.
  std::span<char> prepare(std::size_t n) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ + n > data_.size() && begin_ > 0) {
      std::memmove(data_.data(), data_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ + n > data_.size()) data_.resize(end_ + n);
    return {data_.data() + end_, n};
  }
  void commit(std::size_t n) { end_ += n; }

 private:
  std::vector<char> data_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace signalbox::gateway
