// Aliases are expanded by copying, because a plain tree is what every reader wants. Copies are what makes a small file
// large, so each one is charged against the limits before it is made: its nodes, its text and the depth it adds.
#include "config/yaml_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/scalar.h"

namespace signalbox::config {

namespace {

// Text that aliases may copy in total, as a multiple of the largest file.
constexpr std::size_t kCopiedTextFactor = 4;

}  // namespace

void TreeBuilder::error(Mark mark, std::string_view code, std::string message, std::string suggestion) {
  diagnostics_.add(Severity::error, mark, path(), code, std::move(message), std::move(suggestion));
}

void TreeBuilder::stop(Mark mark, std::string_view code, std::string message, std::string suggestion) {
  error(mark, code, std::move(message), std::move(suggestion));
  throw StopParsing{};
}

std::string TreeBuilder::path() const {
  std::string out;
  for (const Frame& frame : frames_) {
    if (frame.node.is_sequence()) {
      out = join(out, frame.node.items.size());
    } else if (frame.has_key) {
      out = join(out, frame.pending.key);
    }
  }
  return out;
}

Mark TreeBuilder::innermost(Node::Kind kind) const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    if (frame->node.kind == kind) return frame->node.mark;
  }
  return {};
}

Mark TreeBuilder::pending_key() const {
  return !frames_.empty() && frames_.back().has_key ? frames_.back().pending.key_mark : Mark{};
}

void TreeBuilder::charge(Mark mark, std::size_t nodes, std::size_t copied_bytes) {
  nodes_ += nodes;
  copied_bytes_ += copied_bytes;
  if (nodes_ > limits_.max_nodes || copied_bytes_ > limits_.max_bytes * kCopiedTextFactor) {
    stop(mark, "too_many_nodes",
         fmt::format("the file holds more than {} values once its aliases are expanded", limits_.max_nodes));
  }
}

bool TreeBuilder::expects_key() const {
  return !frames_.empty() && frames_.back().node.is_mapping() && !frames_.back().has_key;
}

void TreeBuilder::null(Mark mark, Anchor anchor) {
  if (expects_key()) return bad_key(mark, "a key is missing here");
  charge(mark, 1, 0);
  Measured value;
  value.node.mark = mark;
  remember(anchor, value);
  attach(std::move(value));
}

void TreeBuilder::scalar(Mark mark, std::string text, bool quoted, Anchor anchor) {
  charge(mark, 1, 0);
  Measured value{.node = {}, .bytes = text.size()};
  value.node.kind = Node::Kind::scalar;
  value.node.quoted = quoted;
  value.node.scalar = std::move(text);
  value.node.mark = mark;
  remember(anchor, value);
  if (expects_key()) return key(mark, value.node.scalar, quoted);
  attach(std::move(value));
}

void TreeBuilder::alias(Mark mark, Anchor anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    stop(mark, "recursive_alias", "an alias stands inside the very value that it repeats", "write the value out");
  }
  const Measured& value = found->second;
  charge(mark, value.nodes, value.bytes);
  if (expects_key()) {
    if (!value.node.is_scalar()) return bad_key(mark, "a key must be plain text, not an alias of something else");
    return key(mark, value.node.scalar, value.node.quoted);
  }
  attach(value);
}

void TreeBuilder::begin(Node::Kind kind, Mark mark, Anchor anchor) {
  if (expects_key()) stop(mark, "bad_key", "a key must be plain text, not a list or a mapping", "write it in quotes");
  if (frames_.size() >= limits_.max_depth) {
    stop(mark, "too_deep", fmt::format("the file is nested more than {} levels deep", limits_.max_depth));
  }
  charge(mark, 1, 0);
  Frame frame;
  frame.node.kind = kind;
  frame.node.mark = mark;
  frame.anchor = anchor;
  frames_.push_back(std::move(frame));
}

void TreeBuilder::end() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  apply_merges(frame);
  Measured value{.node = std::move(frame.node), .height = frame.height + 1, .nodes = frame.nodes, .bytes = frame.bytes};
  remember(frame.anchor, value);
  attach(std::move(value));
}

void TreeBuilder::remember(Anchor anchor, const Measured& value) {
  if (anchor == 0) return;
  charge(value.node.mark, value.nodes, value.bytes);
  anchors_.insert_or_assign(anchor, value);
}

void TreeBuilder::bad_key(Mark mark, std::string message) {
  error(mark, "bad_key", std::move(message), "write the key as text, in quotes if need be");
  Frame& frame = frames_.back();
  frame.has_key = true;
  frame.dropped = true;
  frame.pending = {};
}

void TreeBuilder::key(Mark mark, const std::string& text, bool quoted) {
  Frame& frame = frames_.back();
  frame.has_key = true;
  frame.dropped = false;
  frame.is_merge = text == "<<" && !quoted;
  frame.bytes += text.size();
  frame.pending = Entry{.key = text, .key_mark = mark, .value = {}};
  // The merge key is kept apart from a member that is really called "<<".
  const auto [first, is_new] = frame.is_merge ? std::pair{frame.keys.end(), !std::exchange(frame.merge_seen, true)}
                                              : frame.keys.emplace(text, mark);
  if (is_new) return;
  frame.dropped = true;
  const std::string place =
      frame.is_merge ? "" : fmt::format(" at line {}, column {}", first->second.line, first->second.column);
  error(mark, "duplicate_key", fmt::format("the key \"{}\" was already written{}", shortened(text), place),
        frame.is_merge ? "merge a list: <<: [*a, *b]" : "keep one of the two");
}

void TreeBuilder::attach(Measured value) {
  if (frames_.size() + value.height > limits_.max_depth + 1) {
    stop(value.node.mark, "too_deep",
         fmt::format("the file is nested more than {} levels deep once its aliases are expanded", limits_.max_depth));
  }
  if (frames_.empty()) {
    root_ = std::move(value.node);
    has_root_ = true;
    return;
  }
  Frame& frame = frames_.back();
  frame.height = std::max(frame.height, value.height);
  frame.nodes += value.nodes;
  frame.bytes += value.bytes;
  if (frame.node.is_sequence()) {
    frame.node.items.push_back(std::move(value.node));
    return;
  }
  attach_member(frame, std::move(value.node));
  frame.has_key = false;
}

void TreeBuilder::attach_member(Frame& frame, Node value) {
  if (frame.dropped) return;
  if (frame.is_merge) return add_merge_source(frame, std::move(value));
  frame.pending.value = std::move(value);
  frame.node.entries.push_back(std::move(frame.pending));
}

void TreeBuilder::add_merge_source(Frame& frame, Node value) {
  const auto is_mapping = [](const Node& node) { return node.is_mapping(); };
  if (value.is_mapping()) {
    frame.merged.push_back(std::move(value));
  } else if (value.is_sequence() && std::ranges::all_of(value.items, is_mapping)) {
    frame.merged = std::move(value.items);
  } else {
    error(value.mark, "bad_merge", "<< merges a mapping or a list of mappings, and this is neither");
  }
}

// A key written out wins over a merged one wherever it stands; of the merged ones the earlier source wins.
void TreeBuilder::apply_merges(Frame& frame) {
  for (Node& source : frame.merged) {
    for (Entry& entry : source.entries) {
      if (!frame.keys.emplace(entry.key, entry.key_mark).second) continue;
      frame.node.entries.push_back(std::move(entry));
    }
  }
}

}  // namespace signalbox::config
