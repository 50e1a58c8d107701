#include "signals/tool_call_where.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace signalbox::signals {
namespace {

using text::JsonScalar;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<double> to_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> number_of(const JsonScalar& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  // "1000" for 1000 is what models write too, and must not slip under a bound.
  if (const auto* text = std::get_if<std::string>(&value)) return to_number(trimmed(*text));
  return std::nullopt;
}

std::string text_of(const JsonScalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return "null";
}

bool equal(const JsonScalar& value, const std::string& wanted) {
  if (text_of(value) == wanted) return true;
  if (std::holds_alternative<std::string>(value)) return false;
  const std::optional<double> number = number_of(value);
  return number && number == to_number(wanted);
}

}  // namespace

std::optional<Where> Where::compile(const WherePredicate& predicate, config::Diagnostics& diagnostics) {
  const std::string_view key = predicate.result ? "result" : "argument";
  auto path = text::JsonPath::parse(predicate.result ? *predicate.result : *predicate.argument);
  if (!path) {
    diagnostics.error(config::join(predicate.path, key), "bad_json_path",
                      fmt::format("{} at byte {}", path.error().message, path.error().offset));
    return std::nullopt;
  }
  Where where(predicate, std::move(*path));
  if (!predicate.matches) return where;
  auto pattern = text::PatternSet::build({{text::Pattern::Kind::regex, *predicate.matches, true}});
  if (!pattern) {
    diagnostics.error(config::join(predicate.path, "matches"), "bad_regex", pattern.error().message);
    return std::nullopt;
  }
  where.pattern_ = std::make_shared<const text::PatternSet>(std::move(*pattern));
  return where;
}

Truth Where::holds_for_arguments(std::string_view arguments) const {
  // A call without arguments may come with none at all.
  const std::string_view json = trimmed(arguments).empty() ? std::string_view("{}") : arguments;
  const auto values = path_.select(json);
  if (values) {
    const bool whole = is_root() && values->empty();
    const bool found = whole ? holds(JsonScalar(std::string(json))) : holds(*values);
    return found ? Truth::match : Truth::no_match;
  }
  if (is_root()) return holds(JsonScalar(std::string(json))) ? Truth::match : Truth::no_match;
  return Truth::unknown;
}

bool Where::holds_for_result(std::string_view result) const {
  const auto values = path_.select(result);
  if (is_root() && (!values || values->empty())) return holds(JsonScalar(std::string(result)));
  return values ? holds(*values) : holds_for_nothing();
}

bool Where::holds(const std::vector<JsonScalar>& values) const {
  if (predicate_.exists) return *predicate_.exists == !values.empty();
  return std::any_of(values.begin(), values.end(), [&](const JsonScalar& value) { return holds(value); });
}

bool Where::holds(const JsonScalar& value) const {
  if (predicate_.exists) return *predicate_.exists;
  if (predicate_.equals) return equal(value, *predicate_.equals);
  if (predicate_.in) {
    return std::any_of(predicate_.in->begin(), predicate_.in->end(),
                       [&](const std::string& wanted) { return equal(value, wanted); });
  }
  if (pattern_) return !pattern_->find(text_of(value), {.per_pattern = 1, .total = 1}).matches.empty();
  const std::optional<double> number = number_of(value);
  return number && predicate_.bounds().holds(*number);
}

}  // namespace signalbox::signals
