// Typed reading of JSON members: absent and null are the same (SDKs send null for "not set"), a wrong type is an error
// that names the member. Pure; callable from any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "protocol/json_path.h"
#include "protocol/json_tree.h"

namespace signalbox::protocol {

using JsonValue = JsonTree::Value;
template <typename T>
using Parsed = std::expected<T, Error>;
using Checked = std::expected<void, Error>;

// There, and not null.
bool is_set(JsonValue value);

// Each writes to `out` if the value is set and leaves it alone otherwise.
Checked read_string(JsonValue value, const JsonPath& path, std::string_view& out);
Checked read_bool(JsonValue value, const JsonPath& path, bool& out);
Checked read_integer(JsonValue value, const JsonPath& path, std::optional<std::int64_t>& out);
Checked read_number(JsonValue value, const JsonPath& path, std::optional<double>& out);

// The value itself if it is set and of this kind; an absent one if it is not set.
Parsed<JsonValue> read_object(JsonValue value, const JsonPath& path);
Parsed<JsonValue> read_array(JsonValue value, const JsonPath& path);

// As read_string and read_object, for what must be there.
Checked require_string(JsonValue value, const JsonPath& path, std::string_view& out);
Parsed<JsonValue> require_object(JsonValue value, const JsonPath& path);

}  // namespace signalbox::protocol
