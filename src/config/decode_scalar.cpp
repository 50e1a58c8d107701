#include "config/decode_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "config/diagnostics.h"
#include "config/scalar.h"

namespace signalbox::config {

namespace {

using Kind = TypeInfo::Kind;

std::string found(const Node& node, bool secret) {
  if (node.is_null()) return "nothing (null)";
  if (node.is_mapping()) return "a mapping";
  if (node.is_sequence()) return "a list";
  const bool is_bool = !node.quoted && boolean_of(node.scalar).has_value();
  const bool is_number = !node.quoted && number_of(node.scalar).has_value();
  const char* type = is_bool ? "the boolean" : is_number ? "the number" : "the string";
  if (secret) return std::string(type) + " (not shown)";
  const char* quote = is_bool || is_number ? "" : "\"";
  return fmt::format("{} {}{}{}", type, quote, shortened(node.scalar), quote);
}

Problem wrong_type(std::string_view expected, const Node& node, const FieldOptions& options,
                   std::string suggestion = {}) {
  return {"wrong_type", expected_found(expected, node, options.secret), std::move(suggestion)};
}

// Stores `value` into an integer or enumeration of the type's width; false when it does not fit.
template <class T>
bool store_as(void* target, std::int64_t value) {
  if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return false;
  *static_cast<T*>(target) = static_cast<T>(value);
  return true;
}

bool store_integer(ValueRef target, std::int64_t value) {
  switch (target.type->bytes) {
    case 1:
      return store_as<std::int8_t>(target.value, value);
    case 2:
      return store_as<std::int16_t>(target.value, value);
    case 4:
      return store_as<std::int32_t>(target.value, value);
    default:
      return store_as<std::int64_t>(target.value, value);
  }
}

std::string bounds(double min, double max) {
  if (std::isinf(max)) return fmt::format("at least {}", min);
  if (std::isinf(min)) return fmt::format("at most {}", max);
  return fmt::format("from {} to {}", min, max);
}

std::optional<Problem> check_range(double value, const Node& node, const FieldOptions& options) {
  if (value >= options.min && value <= options.max) return std::nullopt;
  const std::string expected = "expected a number " + bounds(options.min, options.max);
  return Problem{"out_of_range", fmt::format("{}, found {}", expected, options.secret ? "another" : node.scalar), {}};
}

std::optional<Problem> decode_string(const Node& node, ValueRef target, const FieldOptions& options) {
  if (node.is_null()) return wrong_type("a string", node, options, "write \"\" for an empty text");
  if (!node.is_scalar()) return wrong_type("a string", node, options);
  if (options.non_empty && node.scalar.empty()) return Problem{"empty_value", "the text must not be empty", {}};
  if (!options.choices.empty()) {
    const std::vector<std::string> names(options.choices.begin(), options.choices.end());
    if (std::ranges::find(names, node.scalar) == names.end()) {
      return Problem{"bad_choice", expected_found(listed(names), node, options.secret),
                     options.secret ? std::string() : did_you_mean(node.scalar, names)};
    }
  }
  *static_cast<std::string*>(target.value) = node.scalar;
  return std::nullopt;
}

std::optional<Problem> decode_boolean(const Node& node, ValueRef target, const FieldOptions& options) {
  const std::optional<bool> value = node.is_scalar() ? boolean_of(node.scalar) : std::nullopt;
  if (value && !node.quoted) {
    *static_cast<bool*>(target.value) = *value;
    return std::nullopt;
  }
  if (value) return wrong_type("true or false", node, options, "remove the quotes");
  const std::optional<bool> old = node.is_scalar() ? old_boolean_of(node.scalar) : std::nullopt;
  return wrong_type("true or false", node, options, old ? fmt::format("write {}", *old) : std::string());
}

std::string number_hint(NumberError error) {
  switch (error) {
    case NumberError::underscore:
      return "write it without underscores";
    case NumberError::leading_zero:
      return "write it without the leading zero";
    default:
      return {};
  }
}

Problem bad_number(std::string_view expected, const Node& node, NumberError error, const FieldOptions& options) {
  if (error == NumberError::too_large) {
    return {"out_of_range", fmt::format("{} is too large", options.secret ? "the number" : shortened(node.scalar)), {}};
  }
  return wrong_type(error == NumberError::not_finite ? "a finite number" : expected, node, options, number_hint(error));
}

std::optional<Problem> decode_integer(const Node& node, ValueRef target, const FieldOptions& options) {
  constexpr std::string_view kExpected = "an integer";
  if (!node.is_scalar()) return wrong_type(kExpected, node, options);
  const std::expected<std::int64_t, NumberError> value = integer_of(node.scalar);
  if (node.quoted) return wrong_type(kExpected, node, options, value ? "remove the quotes" : "");
  if (!value) return bad_number(kExpected, node, value.error(), options);
  if (auto problem = check_range(static_cast<double>(*value), node, options)) return problem;
  if (store_integer(target, *value)) return std::nullopt;
  return bad_number(kExpected, node, NumberError::too_large, options);
}

std::optional<Problem> decode_number(const Node& node, ValueRef target, const FieldOptions& options) {
  constexpr std::string_view kExpected = "a number";
  if (!node.is_scalar()) return wrong_type(kExpected, node, options);
  const std::expected<double, NumberError> value = number_of(node.scalar);
  if (node.quoted) return wrong_type(kExpected, node, options, value ? "remove the quotes" : "");
  if (!value) return bad_number(kExpected, node, value.error(), options);
  if (auto problem = check_range(*value, node, options)) return problem;
  *static_cast<double*>(target.value) = *value;
  return std::nullopt;
}

std::optional<Problem> decode_enumeration(const Node& node, ValueRef target, const FieldOptions& options) {
  std::vector<std::string> names;
  for (const EnumName& entry : target.type->names) {
    if (node.is_scalar() && node.scalar == entry.name) {
      // An enumeration's values fit its width by construction; unsigned ones may not fit the signed view of it.
      const std::int64_t value = entry.value;
      if (target.type->bytes == 1) {
        *static_cast<std::uint8_t*>(target.value) = static_cast<std::uint8_t>(value);
      } else {
        store_integer(target, value);
      }
      return std::nullopt;
    }
    names.emplace_back(entry.name);
  }
  if (!node.is_scalar()) return wrong_type(listed(names), node, options);
  return Problem{"bad_choice", expected_found(listed(names), node, options.secret),
                 options.secret ? std::string() : did_you_mean(node.scalar, names)};
}

std::optional<Problem> decode_custom(const Node& node, ValueRef target, const FieldOptions& options) {
  const CustomScalar& custom = *target.type->custom;
  const std::string expected = fmt::format("a {}", custom.format);
  if (!node.is_scalar()) return wrong_type(expected, node, options);
  std::string problem = custom.parse(target.value, node.scalar);
  if (problem.empty()) return std::nullopt;
  if (options.secret) problem = "this is not " + expected;
  return Problem{"bad_value", std::move(problem), "write a " + std::string(custom.format)};
}

}  // namespace

std::string expected_found(std::string_view expected, const Node& node, bool secret) {
  return fmt::format("expected {}, found {}", expected, found(node, secret));
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) out += i + 1 == names.size() ? " or " : ", ";
    out += '"' + names[i] + '"';
  }
  return out;
}

std::optional<Problem> decode_scalar(const Node& node, ValueRef target, const FieldOptions& options) {
  switch (target.type->kind) {
    case Kind::string:
      return decode_string(node, target, options);
    case Kind::boolean:
      return decode_boolean(node, target, options);
    case Kind::integer:
      return decode_integer(node, target, options);
    case Kind::number:
      return decode_number(node, target, options);
    case Kind::enumeration:
      return decode_enumeration(node, target, options);
    case Kind::custom:
      return decode_custom(node, target, options);
    default:
      return Problem{"wrong_type", "this type is not a scalar", {}};
  }
}

}  // namespace signalbox::config
