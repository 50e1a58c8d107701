#include "config/node.h"

#include <optional>
#include <utility>

#include "config/path.h"

namespace signalbox::config {

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

namespace {

// Where a walk along a path ended.
struct Reached {
  const Node* node;
  Mark mark;  // the key's position for a member
  bool exact = true;
};

// Takes one step; false when the node has no such child.
bool descend(const PathStep& step, Reached& at) {
  if (step.is_index) {
    if (!at.node->is_sequence() || step.index >= at.node->items.size()) return false;
    at.node = &at.node->items[step.index];
    at.mark = at.node->mark;
    return true;
  }
  for (const Entry& entry : at.node->entries) {
    if (entry.key != step.member) continue;
    at.node = &entry.value;
    at.mark = entry.key_mark.line != 0 ? entry.key_mark : entry.value.mark;
    return true;
  }
  return false;
}

Reached walk(const Node& root, std::string_view path) {
  Reached at{&root, root.mark};
  PathReader reader(path);
  while (!reader.at_end()) {
    const std::optional<PathStep> step = reader.next();
    if (!step || !descend(*step, at)) {
      at.exact = false;
      return at;
    }
  }
  return at;
}

}  // namespace

const Node& Document::nearest(std::string_view path, bool* exact) const {
  const Reached reached = walk(root, path);
  if (exact != nullptr) *exact = reached.exact;
  return *reached.node;
}

Mark Document::mark_of(std::string_view path) const {
  return walk(root, path).mark;
}

}  // namespace signalbox::config
