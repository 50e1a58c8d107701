// A YAML document as a plain tree that remembers where everything was written.
//
// yaml-cpp's own Node silently keeps the first of two equal keys and ignores `<<`; this tree is built from its event
// stream instead, so duplicate keys are seen and every key and value knows its file, line and column. A Node is a plain
// value: copyable, immutable after load by convention, safe to read from many threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::config {

// Position of a token. line and column are 1-based; line 0 means "not from a file".
struct Mark {
  std::uint16_t file = 0;  // index into Document::files
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  bool quoted = false;            // scalar written in quotes (never a number, boolean or null)
  bool from_environment = false;  // scalar that a variable's value went into
  std::string scalar;             // kind == scalar
  std::vector<Node> items;        // kind == sequence
  std::vector<Entry> entries;     // kind == mapping, in file order
  Mark mark;

  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_null() const { return kind == Kind::null; }
  // The value of `key` in a mapping, or nullptr.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Entry {
  std::string key;
  Mark key_mark;
  Node value;
};

// A loaded configuration: one tree, made of one or more files merged in order.
struct Document {
  Node root;
  std::vector<std::string> files;

  // The node at a dotted path such as `routing.decisions[3].rules.conditions[0].name`, else its nearest existing
  // ancestor (never null). `exact` tells which. A missing member is marked at the object that lacks it.
  const Node& nearest(std::string_view path, bool* exact = nullptr) const;
  // Where `path` was written: the key's position for a mapping member, else the value's, else the nearest ancestor's.
  Mark mark_of(std::string_view path) const;
};

// Appends a member or an index to a path: join("a.b", "c") = "a.b.c", join("a", 2) = "a[2]".
std::string join(std::string_view path, std::string_view member);
std::string join(std::string_view path, std::size_t index);

}  // namespace signalbox::config
