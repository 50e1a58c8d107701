// Builds a Node tree from the events of a YAML parser: duplicate keys, anchors, aliases, merge keys, limits.
//
// Knows nothing of yaml-cpp. Reports what is wrong to Diagnostics; when building cannot go on it throws StopParsing,
// which the caller (yaml.cpp) catches. One builder builds one tree, on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/diagnostics.h"
#include "config/load.h"
#include "config/node.h"

namespace signalbox::config {

// Thrown after the reason has been reported.
struct StopParsing {};

class TreeBuilder {
 public:
  using Anchor = std::size_t;  // 0: none

  TreeBuilder(const ParseLimits& limits, Diagnostics& diagnostics) : limits_(limits), diagnostics_(diagnostics) {}

  void null(Mark mark, Anchor anchor);
  void scalar(Mark mark, std::string text, bool quoted, Anchor anchor);
  void alias(Mark mark, Anchor anchor);
  void begin(Node::Kind kind, Mark mark, Anchor anchor);
  void end();

  bool empty() const { return !has_root_; }
  Node take() { return std::move(root_); }
  // Where the innermost unfinished collection of that kind began; line 0 when there is none.
  Mark innermost(Node::Kind kind) const;
  // The key whose value comes next; line 0 when a key or a list item comes next.
  Mark pending_key() const;
  // The path of the value that comes next.
  std::string path() const;
  void error(Mark mark, std::string_view code, std::string message, std::string suggestion = {});

 private:
  // A node with what the limits need to know of it.
  struct Measured {
    Node node;
    std::size_t height = 1;
    std::size_t nodes = 1;
    std::size_t bytes = 0;
  };
  // An unfinished collection.
  struct Frame {
    Node node;
    Anchor anchor = 0;
    std::size_t height = 0, nodes = 1, bytes = 0;  // of the children so far
    bool has_key = false, is_merge = false, dropped = false;
    Entry pending;  // the key whose value comes next
    std::vector<Node> merged;
    bool merge_seen = false;
    std::unordered_map<std::string, Mark> keys;
  };

  bool expects_key() const;
  void key(Mark mark, const std::string& text, bool quoted);
  void bad_key(Mark mark, std::string message);
  void attach(Measured value);
  void attach_member(Frame& frame, Node value);
  void add_merge_source(Frame& frame, Node value);
  static void apply_merges(Frame& frame);
  void remember(Anchor anchor, const Measured& value);
  void charge(Mark mark, std::size_t nodes, std::size_t copied_bytes);
  [[noreturn]] void stop(Mark mark, std::string_view code, std::string message, std::string suggestion = {});

  const ParseLimits& limits_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::unordered_map<Anchor, Measured> anchors_;
  Node root_;
  bool has_root_ = false;
  std::size_t nodes_ = 0;
  std::size_t copied_bytes_ = 0;
};

}  // namespace signalbox::config
