#include "plugins/naming.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "digest/hmac.h"

namespace signalbox::plugins {
namespace {

constexpr std::size_t kHashBytes = 8;
}  // namespace

std::span<const config::EnumName> enum_names(RedactMethod) {
  static constexpr std::array<config::EnumName, 4> kNames{{{0, "mask"}, {1, "placeholder"}, {2, "hash"}, {3, "token"}}};
  return kNames;
}

std::string Naming::type_name(std::string_view what) {
  std::string name;
  for (const char c : what) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 && byte < 0x80 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return name;
}

const std::string& Naming::name_of(std::string_view value, std::string_view what) {
  const auto known = names_.find(value);
  if (known != names_.end()) return known->second;
  return names_.emplace(std::string(value), make(value, what)).first->second;
}

std::string Naming::make(std::string_view value, std::string_view what) {
  const std::string type = type_name(what);
  switch (method_) {
    case RedactMethod::mask:
      break;
    case RedactMethod::placeholder:
      for (std::size_t& number = numbers_[type];;) {
        std::string name = fmt::format("[{}_{}]", type, ++number);
        if (!is_taken_(name)) return name;
      }
    case RedactMethod::hash: {
      const digest::Sha256 hash = digest::hmac_sha256(key_, value);
      return fmt::format("[{}_{}]", type, digest::hex(std::span(hash).first(kHashBytes)));
    }
    case RedactMethod::token:
      return fmt::format("[REDACTED_{:016x}{:016x}]", random_(), random_());
  }
  return "****";
}

}  // namespace signalbox::plugins
