#include "lifecycle/patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/diagnostics.h"
#include "config/emit.h"
#include "config/fingerprint.h"
#include "config/load.h"

namespace signalbox::lifecycle {
namespace {

using config::Document;
using config::Entry;
using config::Node;

constexpr std::string_view kMarker = "[redacted]";

std::expected<Document, std::string> parse(std::string_view text, std::string_view what) {
  Document document;
  document.files.emplace_back(what);
  config::Diagnostics diagnostics(&document);
  if (config::parse_yaml(text, 0, {}, document.root, diagnostics) && diagnostics.ok()) return document;
  const std::string why = diagnostics.items().empty() ? "not YAML" : diagnostics.items().front().message;
  return std::unexpected(fmt::format("{} cannot be read: {}", what, why));
}

void merge_patch(Node& base, Node patch) {
  if (!patch.is_mapping()) {
    base = std::move(patch);
    return;
  }
  if (!base.is_mapping()) {
    base = Node{};
    base.kind = Node::Kind::mapping;
  }
  for (Entry& entry : patch.entries) {
    if (entry.value.is_null()) {
      std::erase_if(base.entries, [&](const Entry& member) { return member.key == entry.key; });
    } else if (Node* const member = base.find(entry.key)) {
      merge_patch(*member, std::move(entry.value));
    } else {
      Entry added{.key = std::move(entry.key), .key_mark = {}, .value = {}};
      merge_patch(added.value, std::move(entry.value));  // nulls below it are left out, too
      base.entries.push_back(std::move(added));
    }
  }
}

// The first scalar below `node` that holds the marker and is not the same in `former`.
std::optional<std::string> marked(const Node& node, const std::string& path, const Document& former) {
  if (node.is_scalar() && node.scalar.contains(kMarker)) {
    bool exact = false;
    const Node& was = former.nearest(path, &exact);
    if (!exact || was.scalar != node.scalar) return path;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (auto found = marked(node.items[i], config::join(path, i), former)) return found;
  }
  for (const Entry& entry : node.entries) {
    if (auto found = marked(entry.value, config::join(path, entry.key), former)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::string, std::string> patched(std::string_view yaml, std::string_view patch) {
  std::expected<Document, std::string> base = parse(yaml, "the configuration file");
  if (!base) return std::unexpected(base.error());
  std::expected<Document, std::string> changes = parse(patch, "the patch");
  if (!changes) return std::unexpected(changes.error());
  if (!changes->root.is_mapping()) return std::unexpected("the patch must be a mapping of keys");
  merge_patch(base->root, std::move(changes->root));
  std::string text = config::to_yaml(base->root);
  const std::expected<Document, std::string> again = parse(text, "the patched configuration");
  if (!again || config::fingerprint(again->root) != config::fingerprint(base->root)) {
    return std::unexpected("the patched configuration cannot be written as YAML; send it whole");
  }
  return text;
}

std::optional<std::string> find_redacted(std::string_view text, std::string_view former) {
  const std::expected<Document, std::string> document = parse(text, "");
  if (!document) return std::nullopt;
  const std::expected<Document, std::string> before = parse(former, "");
  return marked(document->root, "", before ? *before : Document{});
}

}  // namespace signalbox::lifecycle
