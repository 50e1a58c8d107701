#include "config/loader.h"

#include <fmt/format.h>

#include "config/decode_scalar.h"
#include "config/scalar.h"

namespace signalbox::config {

namespace {

using Kind = TypeInfo::Kind;

Place member_of(const Place& parent, const Entry& entry) {
  return {join(parent.path, entry.key), entry.key_mark.line != 0 ? entry.key_mark : entry.value.mark};
}

// What one element of a container must satisfy: the container's own emptiness and keys are not its business.
FieldOptions for_elements(FieldOptions options) {
  options.non_empty = false;
  options.required = false;
  return options;
}

// `[x]`, for someone who wrote x where a list belongs.
std::string as_list(const Node& node, const FieldOptions& options) {
  if (!node.is_scalar() || options.secret) return "write a list";
  const char* quote = node.quoted ? "\"" : "";
  return fmt::format("write [{}{}{}]", quote, shortened(node.scalar), quote);
}

}  // namespace

void Loader::error(const Place& place, std::string_view code, std::string message, std::string suggestion) {
  diagnostics_.add(Severity::error, place.mark, place.path, code, std::move(message), std::move(suggestion));
}

void Loader::hide(const Place& place) {
  if (secrets_ != nullptr) secrets_->push_back(place.path);
}

void Loader::unsupported(const Place& place, std::string_view what, Support support, std::string protective_hint) {
  if (support == Support::yes) return;
  const bool protective = support == Support::protective;
  diagnostics_.add(Severity::warning, place.mark, place.path, protective ? "unsupported_protective" : "unsupported",
                   fmt::format("{} is known from VSR but not acted upon here", what),
                   protective ? std::move(protective_hint) : std::string());
}

void Loader::value(const Node& node, const Place& place, ValueRef target, const FieldOptions& options) {
  if (options.secret) hide(place);
  switch (target.type->kind) {
    case Kind::optional:
    case Kind::pointer:
      if (node.is_null()) return;
      return value(node, place, {target.type->emplace(target.value), target.type->element}, options);
    case Kind::any:
      static_cast<AnyValue*>(target.value)->node = node;
      return;
    case Kind::object:
      if (node.is_mapping()) return object(node, place, target);
      return error(place, "wrong_type", expected_found("a mapping of keys", node, options.secret));
    case Kind::list:
      return list(node, place, target, options);
    case Kind::map:
      return map(node, place, target, options);
    default:
      break;
  }
  if (auto problem = decode_scalar(node, target, options)) {
    error(place, problem->code, std::move(problem->message), std::move(problem->suggestion));
  }
}

void Loader::object(const Node& node, const Place& place, ValueRef target) {
  ObjectLoader members(*this, node, place);
  target.type->describe(members, target.value);
  members.report_unknown_keys();
}

void Loader::list(const Node& node, const Place& place, ValueRef target, const FieldOptions& options) {
  if (node.is_null()) return;
  if (!node.is_sequence()) {
    return error(place, "wrong_type", expected_found("a list", node, options.secret), as_list(node, options));
  }
  if (options.non_empty && node.items.empty()) error(place, "empty_value", "the list must not be empty");
  target.type->clear(target.value);
  const FieldOptions element = for_elements(options);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    void* slot = target.type->append(target.value);
    value(node.items[i], {join(place.path, i), node.items[i].mark}, {slot, target.type->element}, element);
  }
}

void Loader::map(const Node& node, const Place& place, ValueRef target, const FieldOptions& options) {
  if (node.is_null()) return;
  if (!node.is_mapping()) return error(place, "wrong_type", expected_found("a mapping", node, options.secret));
  if (options.non_empty && node.entries.empty()) error(place, "empty_value", "the mapping must not be empty");
  target.type->clear(target.value);
  const FieldOptions element = for_elements(options);
  const TypeInfo* type = target.type->element;
  for (const Entry& entry : node.entries) {
    const ValueRef slot{target.type->insert(target.value, entry.key), type};
    const Place at = member_of(place, entry);
    // `name:` alone is a member of defaults; its required keys are still required.
    if (type->kind == Kind::object && entry.value.is_null()) {
      object(entry.value, at, slot);
    } else {
      value(entry.value, at, slot, element);
    }
  }
}

void Loader::reserved(const Node& node, const Place& place, const Shape& shape) {
  if (shape.secret) hide(place);
  if (node.is_null() || shape.kind == Shape::Kind::anything) return;
  if (shape.kind == Shape::Kind::object) return reserved_object(node, place, shape);
  const bool is_list = shape.kind == Shape::Kind::list;
  if (is_list ? !node.is_sequence() : !node.is_mapping()) {
    return error(place, "wrong_type", expected_found(is_list ? "a list" : "a mapping", node, shape.secret));
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    reserved(node.items[i], {join(place.path, i), node.items[i].mark}, shape.element.front());
  }
  for (const Entry& entry : node.entries) reserved(entry.value, member_of(place, entry), shape.element.front());
}

void Loader::reserved_object(const Node& node, const Place& place, const Shape& shape) {
  if (!node.is_mapping()) {
    return error(place, "wrong_type", expected_found("a mapping of keys", node, shape.secret));
  }
  for (const Entry& entry : node.entries) {
    const Place at = member_of(place, entry);
    if (const Shape* member = shape.find(entry.key)) {
      reserved(entry.value, at, *member);
    } else if (!shape.open) {
      std::vector<std::string> names;
      for (const auto& [name, ignored] : shape.keys) names.push_back(name);
      hide(at);
      error(at, "unknown_key", fmt::format("the key \"{}\" is not known here", shortened(entry.key)),
            did_you_mean(entry.key, names));
    }
  }
}

}  // namespace signalbox::config
