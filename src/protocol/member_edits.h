// Setting and removing members of the body by path, as byte edits. The middle layer of a Splice.
//
// Pure functions; callable from any thread.
#pragma once

#include <string>
#include <vector>

#include "protocol/byte_edits.h"
#include "protocol/json_tree.h"

namespace signalbox::protocol {

struct MemberEdit {
  std::vector<std::string> path;  // keys from the root; not empty
  std::string json{};             // the complete new value
  bool remove = false;
};

// Turns member edits into byte edits of `root`, an object. Later edits of a path overrule earlier ones.
void append_member_edits(JsonTree::Value root, const std::vector<MemberEdit>& members, std::vector<ByteEdit>& edits);

}  // namespace signalbox::protocol
