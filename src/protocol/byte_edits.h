// Replacements of byte ranges, applied together. The lowest layer of a Splice.
//
// Pure functions; callable from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/json_tree.h"

namespace signalbox::protocol {

struct ByteEdit {
  Range range{};  // empty: an insertion before range.begin
  std::string text{};
};

// Insertions at one place keep their order and stand before what replaces the range that begins there. Of equal ranges
// the last wins; an edit inside a replaced range is dropped; ranges must not overlap in part (asserted).
std::string apply_edits(std::string_view body, const std::vector<ByteEdit>& edits);

// The edits that remove list items (array elements or object members, given in order) together with their commas.
void append_removals(const std::vector<Range>& items, const std::vector<bool>& remove, std::vector<ByteEdit>& edits);

}  // namespace signalbox::protocol
