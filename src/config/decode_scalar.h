// One scalar of a configuration into one C++ value, or a sentence that says why not.
//
// Pure functions; any thread. A message never contains the value of a field described as secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/describe.h"
#include "config/node.h"

namespace signalbox::config {

struct Problem {
  std::string_view code;
  std::string message;
  std::string suggestion;
};

// Decodes string, boolean, integer, number, enumeration and custom types.
std::optional<Problem> decode_scalar(const Node& node, ValueRef target, const FieldOptions& options);

// `expected a list, found the string "abc"`; the value is left out when it is secret.
std::string expected_found(std::string_view expected, const Node& node, bool secret);

// `"a", "b" or "c"`.
std::string listed(const std::vector<std::string>& names);

}  // namespace signalbox::config
