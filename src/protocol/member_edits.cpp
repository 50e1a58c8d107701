#include "protocol/member_edits.h"

#include <algorithm>
#include <string_view>

#include "protocol/json_string.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;
using Value = JsonTree::Value;
using Group = std::vector<const MemberEdit*>;  // in the order they were asked for

// Distinct keys at this depth, each with what is asked of it.
struct KeyGroup {
  std::string_view key;
  Group edits;
};

std::vector<KeyGroup> group_by_key(const Group& edits, std::size_t depth) {
  std::vector<KeyGroup> groups;
  for (const MemberEdit* edit : edits) {
    const std::string_view key = edit->path[depth];
    const auto known = std::find_if(groups.begin(), groups.end(), [key](const KeyGroup& g) { return g.key == key; });
    KeyGroup& group = known == groups.end() ? groups.emplace_back(KeyGroup{key, {}}) : *known;
    // Setting the member itself makes everything that was asked for below it moot.
    if (edit->path.size() == depth + 1) group.edits.clear();
    group.edits.push_back(edit);
  }
  return groups;
}

// The whole member is set or removed first, and what follows goes inside it.
bool sets_whole(const KeyGroup& group, std::size_t depth) {
  return group.edits.front()->path.size() == depth + 1;
}

std::string render_new_object(const Group& edits, std::size_t depth);

std::string render_value(const KeyGroup& group, std::size_t depth) {
  if (!sets_whole(group, depth)) return render_new_object(group.edits, depth + 1);
  if (group.edits.size() == 1) return group.edits.front()->json;
  return render_new_object({group.edits.begin() + 1, group.edits.end()}, depth + 1);
}

bool removes_whole(const KeyGroup& group, std::size_t depth) {
  return sets_whole(group, depth) && group.edits.size() == 1 && group.edits.front()->remove;
}

void append_member(std::string& out, std::string_view key, std::string_view json) {
  append_quoted(out, key);
  out += ':';
  out += json;
}

std::string render_new_object(const Group& edits, std::size_t depth) {
  std::string out = "{";
  for (const KeyGroup& group : group_by_key(edits, depth)) {
    if (removes_whole(group, depth)) continue;
    if (out.size() > 1) out += ',';
    append_member(out, group.key, render_value(group, depth));
  }
  return out += '}';
}

// Edits one object that is there.
class ObjectEditor {
 public:
  ObjectEditor(Value object, std::size_t depth, std::vector<ByteEdit>& edits)
      : object_(object), depth_(depth), edits_(edits) {
    for (Value member = object.first(); member; member = member.next()) members_.push_back(member);
    remove_.resize(members_.size(), false);
  }

  void apply(const Group& group) {
    for (const KeyGroup& keyed : group_by_key(group, depth_)) apply_key(keyed);
    std::vector<Range> items;
    items.reserve(members_.size());
    for (Value member : members_) items.push_back({member.node().key_range.begin, member.node().range.end});
    append_removals(items, remove_, edits_);
    if (!added_.empty()) add_members();
  }

 private:
  void apply_key(const KeyGroup& keyed) {
    const auto member =
        std::find_if(members_.begin(), members_.end(), [&keyed](Value value) { return value.node().key == keyed.key; });
    if (removes_whole(keyed, depth_)) {
      if (member != members_.end()) remove_[static_cast<std::size_t>(member - members_.begin())] = true;
    } else if (member == members_.end()) {
      if (!added_.empty()) added_ += ',';
      append_member(added_, keyed.key, render_value(keyed, depth_));
    } else if (!sets_whole(keyed, depth_) && member->is(Kind::object)) {
      ObjectEditor(*member, depth_ + 1, edits_).apply(keyed.edits);
    } else {
      edits_.push_back({member->node().range, render_value(keyed, depth_)});
    }
  }

  // Behind the last member, or behind the brace.
  void add_members() {
    const bool any_left = std::find(remove_.begin(), remove_.end(), false) != remove_.end();
    const Range range = object_.node().range;
    const std::size_t at = members_.empty() ? range.begin + 1 : members_.back().node().range.end;
    edits_.push_back({{at, at}, (any_left ? "," : "") + added_});
  }

  Value object_;
  std::size_t depth_;
  std::vector<ByteEdit>& edits_;
  std::vector<Value> members_;
  std::vector<bool> remove_;
  std::string added_;
};

// The usual edit is one: the model's name, which is there.
bool append_single_replacement(Value root, const MemberEdit& member, std::vector<ByteEdit>& edits) {
  if (member.remove || member.path.size() != 1) return false;
  const Value present = root[member.path.front()];
  if (!present) return false;
  edits.push_back({present.node().range, member.json});
  return true;
}

}  // namespace

void append_member_edits(Value root, const std::vector<MemberEdit>& members, std::vector<ByteEdit>& edits) {
  if (members.empty()) return;
  if (members.size() == 1 && append_single_replacement(root, members.front(), edits)) return;
  Group all;
  for (const MemberEdit& member : members) all.push_back(&member);
  ObjectEditor(root, 0, edits).apply(all);
}

}  // namespace signalbox::protocol
