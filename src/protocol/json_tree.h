// One strict parse of a JSON body into a flat tree that knows the byte range of every value.
//
// What is judged is what is sent: two parsers must not be able to read one body differently. So duplicate keys at any
// depth (after unescaping), invalid UTF-8, lone surrogates (escaped or not), a byte order mark, trailing bytes, numbers
// outside JSON's grammar and documents over the limits are refused, although many parsers accept them. The byte ranges
// serve splices: a request is changed by replacing ranges of the original bytes, never by writing it anew.
//
// A Tree owns a copy of the body (padded for simdjson) and the decoded strings; views into it live as long as it does.
// Immutable after parse, movable, safe to read from many threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/error.h"

namespace signalbox::protocol {

struct JsonLimits {
  std::size_t max_bytes = 32u << 20;
  std::size_t max_depth = 64;
  std::size_t max_nodes = 2'000'000;
};

// Half-open byte range in the body.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

class JsonTree {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  using Index = std::uint32_t;
  static constexpr Index none = UINT32_MAX;

  struct Node {
    Kind kind = Kind::null;
    bool boolean = false;
    Index next = none;         // next sibling
    Index first_child = none;  // array, object
    std::uint32_t children = 0;
    Range range;            // of the value
    Range key_range;        // of the member's key with its quotes; empty for array elements and the root
    std::string_view key;   // unescaped
    std::string_view text;  // string: unescaped; number: as written
  };

  // A position in the tree; cheap to copy. An absent value answers every question with "no".
  class Value {
   public:
    Value() = default;
    Value(const JsonTree* tree, Index index) : tree_(tree), index_(index) {}
    explicit operator bool() const { return index_ != none; }
    Index index() const { return index_; }
    const Node& node() const;
    Kind kind() const;  // of an absent value: null
    bool is(Kind k) const { return *this && kind() == k; }
    Value operator[](std::string_view member) const;  // object member, or absent
    Value first() const;                              // first child
    Value next() const;                               // next sibling
    std::size_t size() const;                         // children
    std::string_view string_or(std::string_view fallback = {}) const;
    bool bool_or(bool fallback) const;
    std::optional<double> number() const;
    std::optional<std::int64_t> integer() const;  // only when written as an integer that fits
    std::string_view raw() const;                 // the value's bytes as sent

   private:
    const JsonTree* tree_ = nullptr;
    Index index_ = none;
  };

  static std::expected<JsonTree, Error> parse(std::string_view body, const JsonLimits& limits = {});

  Value root() const { return {this, 0}; }
  const Node& node(Index i) const { return nodes_[i]; }
  std::string_view body() const;

  JsonTree(JsonTree&&) noexcept;
  JsonTree& operator=(JsonTree&&) noexcept;
  ~JsonTree();

 private:
  JsonTree();
  struct Storage;  // padded body, decoded strings
  std::unique_ptr<Storage> storage_;
  std::vector<Node> nodes_;
};

}  // namespace signalbox::protocol
