#include "protocol/json_path.h"

#include <fmt/format.h>

#include "protocol/utf8.h"

namespace signalbox::protocol {
namespace {

constexpr std::size_t kLongestKey = 100;

Error make_error(const JsonPath& path, std::string_view code, std::string_view what) {
  Error error;
  error.code = code;
  error.param = path.str();
  error.message = fmt::format("{} {}.", error.param.empty() ? "The request body" : error.param, what);
  return error;
}

}  // namespace

std::string JsonPath::str() const {
  if (up_ == nullptr) return {};
  std::string out = up_->str();
  if (index_ != kNoIndex) return out + fmt::format("[{}]", index_);
  if (!out.empty()) out += '.';
  return out.append(utf8_prefix(key_, kLongestKey));
}

Error invalid_type(const JsonPath& path, std::string_view what) {
  return make_error(path, "invalid_type", what);
}

Error invalid_value(const JsonPath& path, std::string_view what) {
  return make_error(path, "invalid_value", what);
}

Error missing_member(const JsonPath& path) {
  return make_error(path, "missing_required_parameter", "is required");
}

Error over_limit(const JsonPath& path, std::string_view code, std::size_t limit) {
  return make_error(path, code, fmt::format("goes over the limit of {}", limit));
}

}  // namespace signalbox::protocol
