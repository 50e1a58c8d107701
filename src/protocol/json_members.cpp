#include "protocol/json_members.h"

namespace signalbox::protocol {

using Kind = JsonTree::Kind;

bool is_set(JsonValue value) {
  return value && value.kind() != Kind::null;
}

Checked read_string(JsonValue value, const JsonPath& path, std::string_view& out) {
  if (!is_set(value)) return {};
  if (!value.is(Kind::string)) return std::unexpected(invalid_type(path, "must be a string"));
  out = value.string_or();
  return {};
}

Checked read_bool(JsonValue value, const JsonPath& path, bool& out) {
  if (!is_set(value)) return {};
  if (!value.is(Kind::boolean)) return std::unexpected(invalid_type(path, "must be a boolean"));
  out = value.bool_or(false);
  return {};
}

Checked read_integer(JsonValue value, const JsonPath& path, std::optional<std::int64_t>& out) {
  if (!is_set(value)) return {};
  const std::optional<std::int64_t> number = value.integer();
  if (!number) return std::unexpected(invalid_type(path, "must be an integer"));
  out = number;
  return {};
}

Checked read_number(JsonValue value, const JsonPath& path, std::optional<double>& out) {
  if (!is_set(value)) return {};
  const std::optional<double> number = value.number();
  if (!number) return std::unexpected(invalid_type(path, "must be a number"));
  out = number;
  return {};
}

Parsed<JsonValue> read_object(JsonValue value, const JsonPath& path) {
  if (!is_set(value)) return JsonValue();
  if (!value.is(Kind::object)) return std::unexpected(invalid_type(path, "must be an object"));
  return value;
}

Parsed<JsonValue> read_array(JsonValue value, const JsonPath& path) {
  if (!is_set(value)) return JsonValue();
  if (!value.is(Kind::array)) return std::unexpected(invalid_type(path, "must be an array"));
  return value;
}

Checked require_string(JsonValue value, const JsonPath& path, std::string_view& out) {
  if (!is_set(value)) return std::unexpected(missing_member(path));
  return read_string(value, path, out);
}

Parsed<JsonValue> require_object(JsonValue value, const JsonPath& path) {
  if (!is_set(value)) return std::unexpected(missing_member(path));
  return read_object(value, path);
}

}  // namespace signalbox::protocol
