#include <algorithm>
#include <cassert>

#include "protocol/request_edits.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;
using Value = JsonTree::Value;

// tools[] and functions[] share one keep-mask: tools first, as in Request::tools.
void filter_list(Value list, std::string_view key, const std::vector<bool>& keep, std::size_t& next, Splice& splice) {
  if (!list.is(Kind::array)) return;
  std::vector<Range> elements;
  std::vector<bool> remove;
  for (Value element = list.first(); element; element = element.next()) {
    elements.push_back(element.node().range);
    remove.push_back(!keep[next++]);
  }
  const bool any_left = std::find(remove.begin(), remove.end(), false) != remove.end();
  if (!any_left && !remove.empty()) {
    splice.remove_member(key);
  } else {
    splice.remove_elements(elements, remove);
  }
}

// The tools that a tool_choice or function_call names: a function's or custom tool's name, those of allowed_tools, or
// the type of a provider's own tool. Words such as "auto" name none.
std::vector<std::string_view> named_tools(Value choice) {
  if (!choice.is(Kind::object)) return {};
  const std::string_view type = choice["type"].string_or();
  if (type == "allowed_tools") {
    std::vector<std::string_view> names;
    for (Value tool = choice[type]["tools"].first(); tool; tool = tool.next()) {
      const std::vector<std::string_view> inner = named_tools(tool);
      names.insert(names.end(), inner.begin(), inner.end());
    }
    return names;
  }
  if (const Value inner = choice[type]; inner.is(Kind::object)) return {inner["name"].string_or()};
  return {choice["name"].string_or(type)};
}

void drop_stale_choice(const Request& request, Splice& splice, const std::vector<bool>& keep, std::string_view member) {
  for (std::string_view name : named_tools(request.tree.root()[member])) {
    bool there = false;
    for (std::size_t i = 0; i < keep.size(); ++i) there = there || (keep[i] && request.tools[i].name == name);
    if (!there) splice.remove_member(member);
  }
}

// Members of an assistant message that are tool history.
bool is_call_member(std::string_view key) {
  return key == "tool_calls" || key == "function_call";
}

bool says_something(const Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(),
                     [](const Part& part) { return part.kind != Part::Kind::text || !part.text.empty(); });
}

bool is_whole_message_history(const Message& message) {
  if (message.role == Role::tool || message.role == Role::function) return true;
  return message.role == Role::assistant && !message.tool_calls.empty() && !says_something(message);
}

void remove_calls(Value message, Splice& splice) {
  std::vector<Range> members;
  std::vector<bool> remove;
  for (Value member = message.first(); member; member = member.next()) {
    members.push_back({member.node().key_range.begin, member.node().range.end});
    remove.push_back(is_call_member(member.node().key));
  }
  splice.remove_elements(members, remove);
}

}  // namespace

void drop_all_tools(Splice& splice) {
  for (std::string_view key : {"tools", "functions", "tool_choice", "function_call", "parallel_tool_calls"}) {
    splice.remove_member(key);
  }
}

void filter_tools(const Request& request, Splice& splice, const std::vector<bool>& keep) {
  assert(keep.size() == request.tools.size());
  if (std::find(keep.begin(), keep.end(), false) == keep.end()) return;
  if (std::find(keep.begin(), keep.end(), true) == keep.end()) {
    drop_all_tools(splice);
    return;
  }
  std::size_t next = 0;
  for (std::string_view key : {"tools", "functions"}) filter_list(request.tree.root()[key], key, keep, next, splice);
  for (std::string_view key : {"tool_choice", "function_call"}) drop_stale_choice(request, splice, keep, key);
}

bool strip_tool_history(const Request& request, Splice& splice) {
  std::vector<Range> messages;
  std::vector<bool> remove;
  for (const Message& message : request.messages) {
    messages.push_back(message.range);
    remove.push_back(is_whole_message_history(message));
  }
  if (std::find(remove.begin(), remove.end(), false) == remove.end()) return false;
  splice.remove_elements(messages, remove);
  Value source = request.tree.root()["messages"].first();
  for (std::size_t i = 0; i < remove.size(); ++i, source = source.next()) {
    if (!remove[i] && request.messages[i].role == Role::assistant) remove_calls(source, splice);
  }
  return true;
}

}  // namespace signalbox::protocol
