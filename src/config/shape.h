// The little language of Visitor::reserved: which keys stand below a key that this build does not act upon.
//
//   top   := "" | "*" | mods ["{" keys "}"] | keys          "" and "*": anything; bare keys: an object
//   keys  := key*                                           separated by blanks; a key named "*" allows any other key
//   key   := name mods ["{" keys "}"]                       no braces: any value
//   mods  := ( "[]" | "<>" )* ["!"]                         list of, map with free keys of, secret
//
// A Shape is a plain value; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"

namespace signalbox::config {

struct ShapeKey;  // (vectors of incomplete types take no member initialiser)

struct Shape {
  enum class Kind : std::uint8_t { anything, object, list, map };
  Kind kind = Kind::anything;
  bool secret = false;
  bool open = false;           // object: other keys are allowed
  std::vector<ShapeKey> keys;  // object
  std::vector<Shape> element;  // list, map: exactly one

  const Shape* find(std::string_view key) const;
};

struct ShapeKey {
  std::string name;
  Shape shape;
};

// The error says what is wrong with the shape; it is a mistake in a describe() function, not in a configuration.
std::expected<Shape, std::string> parse_shape(std::string_view text);

}  // namespace signalbox::config
