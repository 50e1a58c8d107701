#include "config/value_json.h"

#include <nlohmann/json.hpp>

#include "config/render.h"

namespace signalbox::config {

namespace {

using Json = nlohmann::ordered_json;
using Kind = TypeInfo::Kind;

std::int64_t integer_at(const void* value, std::size_t bytes) {
  switch (bytes) {
    case 1:
      return *static_cast<const std::int8_t*>(value);
    case 2:
      return *static_cast<const std::int16_t*>(value);
    case 4:
      return *static_cast<const std::int32_t*>(value);
    default:
      return *static_cast<const std::int64_t*>(value);
  }
}

bool enumeration_json(const void* value, const TypeInfo& type, Json& out) {
  const std::int64_t current =
      type.bytes == 1 ? *static_cast<const std::uint8_t*>(value) : integer_at(value, type.bytes);
  for (const EnumName& name : type.names) {
    if (name.value != current) continue;
    out = name.name;
    return true;
  }
  return false;
}

bool list_json(const void* value, const TypeInfo& type, Json& out) {
  out = Json::array();
  for (std::size_t i = 0; i < type.size(value); ++i) {
    Json element;
    if (!value_json(type.at(value, i), *type.element, element)) return false;
    out.push_back(std::move(element));
  }
  return true;
}

}  // namespace

bool value_json(const void* value, const TypeInfo& type, Json& out) {
  switch (type.kind) {
    case Kind::string:
      out = *static_cast<const std::string*>(value);
      return true;
    case Kind::boolean:
      out = *static_cast<const bool*>(value);
      return true;
    case Kind::integer:
      out = integer_at(value, type.bytes);
      return true;
    case Kind::number:
      out = *static_cast<const double*>(value);
      return true;
    case Kind::enumeration:
      return enumeration_json(value, type, out);
    case Kind::custom:
      out = type.custom->print(value);
      return true;
    case Kind::list:
      return list_json(value, type, out);
    case Kind::map:
      out = Json::object();
      return type.size(value) == 0;
    case Kind::any:
      out = to_json(static_cast<const AnyValue*>(value)->node);
      return !out.is_null();
    case Kind::optional:
    case Kind::pointer: {
      const void* held = type.peek(value);
      return held != nullptr && value_json(held, *type.element, out);
    }
    case Kind::object:
      return false;
  }
  return false;
}

}  // namespace signalbox::config
