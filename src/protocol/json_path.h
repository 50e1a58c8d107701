// Where in a body a parser stands, as a chain on the stack: written out only when there is an error to report.
//
// A JsonPath must not outlive its parent. Each belongs to one parse on one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/error.h"

namespace signalbox::protocol {

class JsonPath {
 public:
  JsonPath() = default;  // the root
  JsonPath key(std::string_view name) const { return {this, name, kNoIndex}; }
  JsonPath at(std::size_t index) const { return {this, {}, index}; }
  // `messages[2].content[0].image_url.url`, at most about 200 bytes.
  std::string str() const;

 private:
  static constexpr std::size_t kNoIndex = SIZE_MAX;
  JsonPath(const JsonPath* up, std::string_view key, std::size_t index) : up_(up), key_(key), index_(index) {}

  const JsonPath* up_ = nullptr;
  std::string_view key_;
  std::size_t index_ = kNoIndex;
};

// 400 errors about the member at `path`. `what` continues "<param> …": "must be a string".
Error invalid_type(const JsonPath& path, std::string_view what);
Error invalid_value(const JsonPath& path, std::string_view what);
Error missing_member(const JsonPath& path);
// 400 with `code` such as too_many_messages.
Error over_limit(const JsonPath& path, std::string_view code, std::size_t limit);

}  // namespace signalbox::protocol
