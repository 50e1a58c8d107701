// Changes to a request as replacements of byte ranges of its original body.
//
// Everything that is not edited reaches the upstream byte for byte: unknown members, number spellings, white space.
// A body without edits is passed on unchanged. Not thread-safe; one Splice belongs to one request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/byte_edits.h"
#include "protocol/member_edits.h"
#include "protocol/request.h"

namespace signalbox::protocol {

// A JSON string literal with quotes.
std::string quote(std::string_view text);

class Splice {
 public:
  explicit Splice(const Request& request) : request_(request) {}

  void replace(Range range, std::string replacement);
  void insert(std::size_t at, std::string text);
  // Top-level members: replaced in place, or added as the last one. `json` is a complete JSON value.
  void set_member(std::string_view key, std::string json);
  // As set_member for {"a","b"}: body.a.b. Objects on the way are kept, or made where there is none (a value of another
  // kind gives way).
  void set_path(std::vector<std::string> path, std::string json);
  // Removes a top-level member with the comma that belongs to it. No effect when absent.
  void remove_member(std::string_view key);
  // Removes elements of an array (ranges of elements in order, `remove` of the same size) with their commas.
  void remove_elements(const std::vector<Range>& all_elements, const std::vector<bool>& remove);

  bool empty() const { return edits_.empty() && members_.empty(); }
  // The new body. Later edits of the same range or member win; an edit inside a range that is itself replaced or
  // removed has no effect; ranges that overlap in part are a programmer error (asserted).
  std::string apply() const;

 private:
  const Request& request_;
  std::vector<ByteEdit> edits_;
  std::vector<MemberEdit> members_;
};

}  // namespace signalbox::protocol
