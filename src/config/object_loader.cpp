// The members of one object: which keys it has, which it lacks, and which it should not have.
#include <fmt/format.h>

#include <algorithm>

#include "config/decode_scalar.h"
#include "config/loader.h"
#include "config/scalar.h"

namespace signalbox::config {

namespace {

// Null stands for "absent" where leaving the value out is possible; for a scalar it is a mistake worth an error.
bool null_is_absent(const TypeInfo& type) {
  switch (type.kind) {
    case TypeInfo::Kind::object:
    case TypeInfo::Kind::list:
    case TypeInfo::Kind::map:
    case TypeInfo::Kind::optional:
    case TypeInfo::Kind::pointer:
      return true;
    default:
      return false;
  }
}

}  // namespace

const Entry* ObjectLoader::entry(std::string_view key) const {
  for (const Entry& entry : node_.entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

Place ObjectLoader::place_of(const Entry& entry) const {
  return {join(place_.path, entry.key), entry.key_mark.line != 0 ? entry.key_mark : entry.value.mark};
}

// The entry of a field under its name or its alias.
const Entry* ObjectLoader::member(std::string_view key, const FieldOptions& options) {
  known(key);
  const Entry* named = entry(key);
  if (options.alias.empty()) return named;
  known(options.alias);
  const Entry* aliased = entry(options.alias);
  if (named == nullptr) return aliased;
  if (aliased != nullptr) {
    const Place at = place_of(*aliased);
    if (options.secret) loader_.hide(at);
    loader_.error(at, "duplicate_key",
                  fmt::format("\"{}\" is the older name of \"{}\", and both are here", options.alias, key),
                  fmt::format("keep \"{}\"", key));
  }
  return named;
}

void ObjectLoader::missing(std::string_view key) {
  loader_.error({join(place_.path, key), place_.mark}, "missing_key", fmt::format("the key \"{}\" is missing", key));
}

void ObjectLoader::object(std::string_view, std::string_view, std::string* path) {
  if (path != nullptr) *path = place_.path;
}

void ObjectLoader::field_ref(std::string_view key, ValueRef value, const FieldOptions& options) {
  const Entry* found = member(key, options);
  if (found == nullptr || (found->value.is_null() && null_is_absent(*value.type))) {
    if (options.required) missing(key);
    return;
  }
  const Place at = place_of(*found);
  loader_.unsupported(at, fmt::format("the key \"{}\"", key), options.support);
  loader_.value(found->value, at, value, options);
}

void ObjectLoader::reserved(std::string_view key, std::string_view shape, std::string_view, Support support) {
  known(key);
  const Entry* found = entry(key);
  if (found == nullptr) return;
  const Place at = place_of(*found);
  loader_.unsupported(at, fmt::format("the key \"{}\"", key), support);
  check_shape(found->value, at, shape);
}

void ObjectLoader::check_shape(const Node& node, const Place& place, std::string_view shape) {
  const std::expected<Shape, std::string> parsed = parse_shape(shape);
  if (!parsed) return loader_.error(place, "bad_shape", "the description of this key is wrong: " + parsed.error());
  loader_.reserved(node, place, *parsed);
}

void ObjectLoader::removed(std::string_view key, std::string_view instead) {
  known(key);
  const Entry* found = entry(key);
  if (found == nullptr) return;
  loader_.hide(place_of(*found));
  loader_.error(place_of(*found), "removed_key",
                fmt::format("the key \"{}\" belongs to an older layout or to another place", key),
                std::string(instead));
}

void ObjectLoader::tagged(std::string_view key, const std::string& tag, std::string_view tag_key,
                          std::span<const Alternative> alternatives, std::shared_ptr<void>& holder,
                          const FieldOptions& options) {
  const Entry* found = member(key, options);
  if (options.required && (found == nullptr || found->value.is_null())) missing(key);
  if (found != nullptr) {
    loader_.unsupported(place_of(*found), fmt::format("the key \"{}\"", key), options.support);
    if (options.secret) loader_.hide(place_of(*found));
  }
  holder.reset();
  const auto chosen = std::ranges::find(alternatives, tag, &Alternative::tag);
  if (chosen != alternatives.end()) return load_alternative(key, tag_key, *chosen, found, holder);
  // What cannot be understood may hold anything, a password too.
  if (found != nullptr) loader_.hide(place_of(*found));
  unknown_alternative(tag, tag_key, alternatives);
}

void ObjectLoader::unknown_alternative(const std::string& tag, std::string_view tag_key,
                                       std::span<const Alternative> alternatives) {
  const Entry* tag_entry = entry(tag_key);
  // An absent or mistyped tag has been reported where it was visited.
  if (tag_entry == nullptr || !tag_entry->value.is_scalar() || tag.empty()) return;
  std::vector<std::string> names;
  for (const Alternative& alternative : alternatives) names.emplace_back(alternative.tag);
  loader_.error(place_of(*tag_entry), "bad_choice", expected_found(listed(names), tag_entry->value, false),
                did_you_mean(tag, names));
}

void ObjectLoader::load_alternative(std::string_view key, std::string_view tag_key, const Alternative& alternative,
                                    const Entry* found, std::shared_ptr<void>& holder) {
  if (const Entry* tag_entry = entry(tag_key)) {
    loader_.unsupported(place_of(*tag_entry), fmt::format("the {} \"{}\"", tag_key, alternative.tag),
                        alternative.support,
                        "a decision that carries it answers 503 until it is listed in allow_unsupported");
  }
  const Place at = found != nullptr ? place_of(*found) : Place{join(place_.path, key), place_.mark};
  if (alternative.type == nullptr) {
    if (found != nullptr) check_shape(found->value, at, alternative.shape);
    return;
  }
  // A left-out object is one of defaults, so that its user need not ask whether it is there.
  const Node absent;
  const Node& node = found != nullptr ? found->value : absent;
  holder = alternative.type->make();
  const ValueRef target{holder.get(), alternative.type};
  if (node.is_null()) return loader_.object(node, at, target);
  loader_.value(node, at, target, {});
}

void ObjectLoader::report_unknown_keys() {
  for (const Entry& entry : node_.entries) {
    if (std::ranges::find(known_, entry.key) != known_.end()) continue;
    const Place at = place_of(entry);
    loader_.hide(at);
    loader_.error(at, "unknown_key", fmt::format("the key \"{}\" is not known here", shortened(entry.key)),
                  did_you_mean(entry.key, known_));
  }
}

}  // namespace signalbox::config
