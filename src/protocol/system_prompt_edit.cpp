#include "protocol/json_string.h"
#include "protocol/request_edits.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

bool is_instruction(Role role) {
  return role == Role::system || role == Role::developer;
}

JsonTree::Value first_instruction(const Request& request) {
  JsonTree::Value source = request.tree.root()["messages"].first();
  for (const Message& message : request.messages) {
    if (is_instruction(message.role)) return source;
    source = source.next();
  }
  return {};
}

void add_in_front(const Request& request, Splice& splice, std::string_view prompt) {
  std::string message = R"({"role":"system","content":)";
  append_quoted(message, prompt);
  message += "}";
  if (!request.messages.empty()) message += ',';
  splice.insert(request.messages_range.begin + 1, std::move(message));
}

// Sets or adds "content" of a message object.
void set_content(JsonTree::Value message, JsonTree::Value content, Splice& splice, std::string json) {
  if (content) {
    splice.replace(content.node().range, std::move(json));
  } else {
    splice.insert(message.node().range.begin + 1, R"("content":)" + json + ",");  // "role" is there: a comma follows
  }
}

// Puts the prompt before content of any form; a string literal is lengthened in place, an array gets a part in front.
void put_before(JsonTree::Value message, JsonTree::Value content, Splice& splice, std::string_view prompt) {
  std::string text(prompt);
  text += "\n\n";
  if (content.is(Kind::array)) {
    std::string part = R"({"type":"text","text":)" + quote(text) + "}";
    if (content.size() > 0) part += ',';
    splice.insert(content.node().range.begin + 1, std::move(part));
  } else if (content.is(Kind::string) && !content.string_or().empty()) {
    const std::string literal = quote(text);
    splice.insert(content.node().range.begin + 1, literal.substr(1, literal.size() - 2));
  } else {
    set_content(message, content, splice, quote(prompt));
  }
}

}  // namespace

void set_system_prompt(const Request& request, Splice& splice, std::string_view prompt, SystemPromptMode mode) {
  const JsonTree::Value message = first_instruction(request);
  if (!message) {
    add_in_front(request, splice, prompt);
  } else if (mode == SystemPromptMode::replace) {
    set_content(message, message["content"], splice, quote(prompt));
  } else {
    put_before(message, message["content"], splice, prompt);
  }
}

}  // namespace signalbox::protocol
