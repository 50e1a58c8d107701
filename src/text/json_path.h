// A small JSON path for predicates on tool arguments and results.
//
//     path    := ["$"] step*          "$.a.b[0].c", "a.b", "items[*].id", "$['odd name']", "" or "$" (the root)
//     step    := "." name | "." "*" | "[" index "]" | "[*]" | "['name']" | "[\"name\"]"
//
// select() returns the scalars the path reaches, in document order; objects and arrays it reaches are not scalars and
// give nothing (end the path in [*] to look into them). Of equal keys in an object the last counts.
// Untrusted JSON is bounded in size, depth and results before a tree of it is built. Immutable; any thread may call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signalbox::text {

struct JsonPathError {
  enum class Code : std::uint8_t { bad_path, invalid_json, too_large, too_deep, too_many };
  Code code = Code::bad_path;
  std::size_t offset = 0;  // byte of the path or of the JSON text, where known
  std::string message;     // holds nothing of the JSON text
};

struct JsonNull {
  friend bool operator==(JsonNull, JsonNull) = default;
};
using JsonScalar = std::variant<JsonNull, bool, std::int64_t, double, std::string>;

struct JsonLimits {
  std::size_t bytes = std::size_t{4} << 20;
  std::size_t depth = 128;
  std::size_t results = 10000;
};

class JsonPath {
 public:
  static std::expected<JsonPath, JsonPathError> parse(std::string_view path);

  std::expected<std::vector<JsonScalar>, JsonPathError> select(std::string_view json,
                                                               const JsonLimits& limits = {}) const;

 private:
  struct Step {
    enum class Kind : std::uint8_t { name, index, every };
    Kind kind = Kind::name;
    std::string name;
    std::size_t index = 0;
  };
  class Parser;

  template <typename Value>
  static void take(const Value& value, const Step& step, std::vector<const Value*>& out);

  std::vector<Step> steps_;
};

}  // namespace signalbox::text
