#include <nlohmann/json.hpp>

#include <charconv>
#include <unordered_set>

#include "config/render.h"
#include "config/scalar.h"

namespace signalbox::config {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRedacted = "[redacted]";

// A plain scalar by the core schema. What JSON cannot say exactly (".nan", "010", integers beyond 64 bits) stays text.
Json scalar_json(const Node& node) {
  if (node.quoted) return node.scalar;
  if (const auto boolean = boolean_of(node.scalar)) return *boolean;
  const bool looks_integral = node.scalar.find_first_of(".eE") == std::string::npos;
  if (const auto integer = integer_of(node.scalar); integer && looks_integral) return *integer;
  if (const auto number = number_of(node.scalar); number && !looks_integral) return *number;
  return node.scalar;
}

class JsonWriter {
 public:
  explicit JsonWriter(const std::vector<std::string>& secrets) : secrets_(secrets.begin(), secrets.end()) {}

  Json write(const Node& node, const std::string& path) const {
    if (!node.is_null() && secrets_.contains(path)) return kRedacted;
    switch (node.kind) {
      case Node::Kind::null:
        return nullptr;
      case Node::Kind::scalar:
        return scalar_json(node);
      case Node::Kind::sequence:
        return sequence(node, path);
      case Node::Kind::mapping:
        return mapping(node, path);
    }
    return nullptr;
  }

 private:
  // Paths cost as much as the tree; without secrets nobody reads them.
  template <class Step>
  std::string below(const std::string& path, const Step& step) const {
    return secrets_.empty() ? std::string() : join(path, step);
  }

  Json sequence(const Node& node, const std::string& path) const {
    Json out = Json::array();
    for (std::size_t i = 0; i < node.items.size(); ++i) out.push_back(write(node.items[i], below(path, i)));
    return out;
  }

  Json mapping(const Node& node, const std::string& path) const {
    Json out = Json::object();
    // Keys of a Node are unique, and ordered_json would search all of them at every insertion.
    auto& members = out.get_ref<Json::object_t&>();
    members.reserve(node.entries.size());
    for (const Entry& entry : node.entries) {
      members.push_back({entry.key, write(entry.value, below(path, std::string_view(entry.key)))});
    }
    return out;
  }

  std::unordered_set<std::string> secrets_;
};

}  // namespace

Json to_json(const Node& node, const std::vector<std::string>& secrets) {
  return JsonWriter(secrets).write(node, "");
}

}  // namespace signalbox::config
