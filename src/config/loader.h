// The visitor that fills described structs from a tree. See load.h for what it promises; decode.cpp is its front door.
//
// One loader per load, on one thread.
#pragma once

#include <string>
#include <vector>

#include "config/describe.h"
#include "config/diagnostics.h"
#include "config/node.h"
#include "config/shape.h"

namespace signalbox::config {

// Where a value stands: its path, and the position to blame (the key's for a member).
struct Place {
  std::string path;
  Mark mark;
};

// Decodes values of any described type.
class Loader {
 public:
  // `secrets`, when given, receives the path of everything that must not be shown.
  explicit Loader(Diagnostics& diagnostics, std::vector<std::string>* secrets = nullptr)
      : diagnostics_(diagnostics), secrets_(secrets) {}

  void value(const Node& node, const Place& place, ValueRef target, const FieldOptions& options);
  // `node` is a mapping, or null for an object of defaults.
  void object(const Node& node, const Place& place, ValueRef target);
  void reserved(const Node& node, const Place& place, const Shape& shape);
  // `protective_hint`: what follows where the key would have protected something.
  void unsupported(const Place& place, std::string_view what, Support support,
                   std::string protective_hint = "nothing does its work here: do not rely on it");

  void error(const Place& place, std::string_view code, std::string message, std::string suggestion = {});
  void hide(const Place& place);

 private:
  void list(const Node& node, const Place& place, ValueRef target, const FieldOptions& options);
  void map(const Node& node, const Place& place, ValueRef target, const FieldOptions& options);
  void reserved_object(const Node& node, const Place& place, const Shape& shape);

  Diagnostics& diagnostics_;
  std::vector<std::string>* secrets_;
};

// Decodes the members of one object, as its describe() names them.
class ObjectLoader final : public Visitor {
 public:
  ObjectLoader(Loader& loader, const Node& node, const Place& place) : loader_(loader), node_(node), place_(place) {}

  void object(std::string_view name, std::string_view doc, std::string* path) override;
  void field_ref(std::string_view key, ValueRef value, const FieldOptions& options) override;
  void reserved(std::string_view key, std::string_view shape, std::string_view doc, Support support) override;
  void removed(std::string_view key, std::string_view instead) override;
  void tagged(std::string_view key, const std::string& tag, std::string_view tag_key,
              std::span<const Alternative> alternatives, std::shared_ptr<void>& holder,
              const FieldOptions& options) override;
  // After describe(): every key that it did not name is unknown.
  void report_unknown_keys();

 private:
  const Entry* entry(std::string_view key) const;
  const Entry* member(std::string_view key, const FieldOptions& options);
  Place place_of(const Entry& entry) const;
  void missing(std::string_view key);
  void known(std::string_view key) { known_.emplace_back(key); }
  void load_alternative(std::string_view key, std::string_view tag_key, const Alternative& alternative,
                        const Entry* found, std::shared_ptr<void>& holder);
  void check_shape(const Node& node, const Place& place, std::string_view shape);
  void unknown_alternative(const std::string& tag, std::string_view tag_key, std::span<const Alternative> alternatives);

  Loader& loader_;
  const Node& node_;
  const Place& place_;
  std::vector<std::string> known_;
};

}  // namespace signalbox::config
