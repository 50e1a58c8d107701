// What a value is called in the request that goes upstream.
//
// Internal to plugins/. A Naming belongs to one request: equal values have one name in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "config/describe.h"

namespace signalbox::plugins {

enum class RedactMethod : std::uint8_t {
  mask,         // ****
  placeholder,  // [EMAIL_ADDRESS_1]
  hash,         // [EMAIL_ADDRESS_4f1c…], the same in every request with this key
  token,        // [REDACTED_91b0…], never the same twice
};
std::span<const config::EnumName> enum_names(RedactMethod);

class Naming {
 public:
  // `is_taken`: whether a name stands in the request already. `random` and `key` must outlive it.
  Naming(RedactMethod method, std::string_view key, std::uint64_t (*random)(),
         std::function<bool(std::string_view)> is_taken)
      : method_(method), key_(key), random_(random), is_taken_(std::move(is_taken)) {}

  // `what`: what was found, as the finding calls it.
  const std::string& name_of(std::string_view value, std::string_view what);
  const std::map<std::string, std::string, std::less<>>& names() const { return names_; }  // by value
  // "github_token" as types are written: GITHUB_TOKEN.
  static std::string type_name(std::string_view what);

 private:
  std::string make(std::string_view value, std::string_view what);

  RedactMethod method_;
  std::string_view key_;
  std::uint64_t (*random_)();
  std::function<bool(std::string_view)> is_taken_;
  std::map<std::string, std::string, std::less<>> names_;
  std::map<std::string, std::size_t> numbers_;  // last one of a type
};

}  // namespace signalbox::plugins
