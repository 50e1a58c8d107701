// Lines of a stream, none longer than a bound: a file without line ends must not fill the memory. One thread.
#pragma once

#include <cstddef>
#include <expected>
#include <istream>
#include <optional>
#include <string>

namespace signalbox::learn {

class BoundedLines {
 public:
  // `in` must outlive it; `name` is what messages call it.
  BoundedLines(std::istream& in, std::string name, std::size_t max_bytes)
      : in_(in), name_(std::move(name)), max_bytes_(max_bytes) {}

  // The next line without its end, a sentence about one that is too long, or nothing: the end.
  std::optional<std::expected<std::string, std::string>> next();
  // Of the line that next() gave, from 1.
  std::size_t number() const { return number_; }

 private:
  std::istream& in_;
  std::string name_;
  std::size_t max_bytes_, number_ = 0;
};

}  // namespace signalbox::learn
