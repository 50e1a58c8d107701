#include "text/json_path.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace signalbox::text {
namespace {

using Json = nlohmann::json;
using Code = JsonPathError::Code;

std::unexpected<JsonPathError> failure(Code code, std::size_t offset, std::string message) {
  return std::unexpected(JsonPathError{code, offset, std::move(message)});
}

// Where the nesting of brackets first exceeds `depth`. Strings are skipped; whether the rest is JSON is not asked here.
std::optional<std::size_t> too_deep_at(std::string_view json, std::size_t depth) {
  std::size_t open = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++open > depth) return i;
    } else if ((c == '}' || c == ']') && open > 0) {
      --open;
    }
  }
  return std::nullopt;
}

std::optional<JsonScalar> scalar(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return JsonNull{};
    case Json::value_t::boolean:
      return value.get<bool>();
    case Json::value_t::number_unsigned:
      if (value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return value.get<double>();
      }
      return value.get<std::int64_t>();
    case Json::value_t::number_integer:
      return value.get<std::int64_t>();
    case Json::value_t::number_float:
      return value.get<double>();
    case Json::value_t::string:
      return value.get<std::string>();
    default:
      return std::nullopt;
  }
}

}  // namespace

class JsonPath::Parser {
 public:
  explicit Parser(std::string_view path) : path_(path) {}

  std::expected<JsonPath, JsonPathError> run() {
    JsonPath out;
    bool name_may_start = true;  // "a.b": the first name needs no dot
    if (path_.starts_with('$')) at_ = 1, name_may_start = false;
    while (at_ < path_.size()) {
      std::expected<Step, JsonPathError> step;
      if (path_[at_] == '[') {
        step = bracket();
      } else if (path_[at_] == '.' && !(name_may_start && at_ == 0)) {
        ++at_;
        step = name();
      } else if (name_may_start && at_ == 0) {
        step = name();
      } else {
        return failure(Code::bad_path, at_, "expected '.' or '['");
      }
      if (!step) return std::unexpected(std::move(step.error()));
      out.steps_.push_back(std::move(*step));
    }
    return out;
  }

 private:
  std::expected<Step, JsonPathError> name() {
    const std::size_t end = std::min(path_.find_first_of(".[]", at_), path_.size());
    if (end == at_) return failure(Code::bad_path, at_, "expected a name");
    const std::string_view text = path_.substr(at_, end - at_);
    at_ = end;
    if (text == "*") return Step{Step::Kind::every, {}, 0};
    return Step{Step::Kind::name, std::string(text), 0};
  }

  std::expected<Step, JsonPathError> bracket() {
    const std::size_t open = at_++;
    Step step;
    if (at_ < path_.size() && (path_[at_] == '\'' || path_[at_] == '"')) {
      const std::size_t end = path_.find(path_[at_], at_ + 1);
      if (end == std::string_view::npos) return failure(Code::bad_path, at_, "the quote is not closed");
      step.name = path_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else if (at_ < path_.size() && path_[at_] == '*') {
      step.kind = Step::Kind::every;
      ++at_;
    } else {
      step.kind = Step::Kind::index;
      const auto [end, error] = std::from_chars(path_.data() + at_, path_.data() + path_.size(), step.index);
      if (error != std::errc()) return failure(Code::bad_path, at_, "expected an index, '*' or a quoted name");
      at_ = static_cast<std::size_t>(end - path_.data());
    }
    if (at_ >= path_.size() || path_[at_] != ']') return failure(Code::bad_path, open, "the bracket is not closed");
    ++at_;
    return step;
  }

  std::string_view path_;
  std::size_t at_ = 0;
};

std::expected<JsonPath, JsonPathError> JsonPath::parse(std::string_view path) {
  return Parser(path).run();
}

// Appends the children of `value` that `step` names.
template <typename Value>
void JsonPath::take(const Value& value, const Step& step, std::vector<const Value*>& out) {
  switch (step.kind) {
    case Step::Kind::every:
      if (!value.is_structured()) return;
      for (const Value& child : value) out.push_back(&child);
      return;
    case Step::Kind::index:
      if (value.is_array() && step.index < value.size()) out.push_back(&value[step.index]);
      return;
    case Step::Kind::name:
      if (!value.is_object()) return;
      if (const auto child = value.find(step.name); child != value.end()) out.push_back(&*child);
      return;
  }
}

std::expected<std::vector<JsonScalar>, JsonPathError> JsonPath::select(std::string_view json,
                                                                       const JsonLimits& limits) const {
  if (json.size() > limits.bytes) return failure(Code::too_large, limits.bytes, "the JSON text is too large");
  if (const auto at = too_deep_at(json, limits.depth)) return failure(Code::too_deep, *at, "the JSON is too deep");
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) return failure(Code::invalid_json, 0, "the text is not JSON");

  std::vector<const Json*> reached{&root};
  for (const Step& step : steps_) {
    std::vector<const Json*> next;
    for (const Json* value : reached) take(*value, step, next);
    if (next.size() > limits.results) return failure(Code::too_many, 0, "the path reaches too many values");
    reached = std::move(next);
  }
  std::vector<JsonScalar> out;
  for (const Json* value : reached) {
    if (auto found = scalar(*value)) out.push_back(std::move(*found));
  }
  return out;
}

}  // namespace signalbox::text
