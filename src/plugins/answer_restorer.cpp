#include "plugins/answer_restorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/byte_edits.h"
#include "protocol/splice.h"

namespace signalbox::plugins {

using protocol::ByteEdit;
using protocol::JsonTree;
using Kind = JsonTree::Kind;

namespace {

constexpr std::size_t kMaxFields = 1024;

// Members that hold JSON as text.
bool holds_json(std::string_view key) {
  return key == "arguments";
}

void restore_strings(JsonTree::Value value, const Substitutes& substitutes, std::vector<ByteEdit>& edits) {
  if (value.is(Kind::string)) {
    const std::string_view text = value.node().text;
    if (text.find('[') == std::string_view::npos) return;
    std::string restored = substitutes.restore(text, holds_json(value.node().key));
    if (restored != text) edits.push_back({value.node().range, protocol::quote(restored)});
    return;
  }
  if (!value.is(Kind::object) && !value.is(Kind::array)) return;
  for (JsonTree::Value child = value.first(); child; child = child.next()) restore_strings(child, substitutes, edits);
}

}  // namespace

std::optional<std::string> restore_body(std::string_view body, const Substitutes& substitutes) {
  const std::expected<JsonTree, protocol::Error> tree = JsonTree::parse(body);
  if (!tree) return std::nullopt;
  std::vector<ByteEdit> edits;
  restore_strings(tree->root(), substitutes, edits);
  if (edits.empty()) return std::nullopt;
  return protocol::apply_edits(body, edits);
}

std::string_view StreamRestorer::pass(std::string_view bytes) {
  if (transparent_) return bytes;
  out_.clear();
  frames_.feed(bytes);
  for (;;) {
    const auto frame = frames_.next();
    if (!frame) {
      flush(std::nullopt);
      out_ += frames_.rest();
      transparent_ = true;
      return out_;
    }
    if (!*frame) return out_;
    take(**frame);
  }
}

std::string_view StreamRestorer::finish() {
  out_.clear();
  if (transparent_) return out_;
  flush(std::nullopt);
  out_ += frames_.rest();
  transparent_ = true;
  return out_;
}

void StreamRestorer::take(const protocol::SseFrame& frame) {
  if (frame.has_data && take_chunk(frame)) return;
  if (frame.data == "[DONE]") flush(std::nullopt);
  out_ += frame.bytes;
}

// False: it is no chunk.
bool StreamRestorer::take_chunk(const protocol::SseFrame& frame) {
  const std::expected<JsonTree, protocol::Error> tree = JsonTree::parse(frame.data);
  if (!tree || !tree->root()["choices"].is(Kind::array)) return false;
  Edits edits;
  for (JsonTree::Value choice = tree->root()["choices"].first(); choice; choice = choice.next()) {
    take_choice(choice, edits);
  }
  if (!held_.empty()) keep_head(tree->root());
  write(frame, edits);
  return true;
}

void StreamRestorer::take_choice(JsonTree::Value choice, Edits& edits) {
  const std::int64_t index = choice["index"].integer().value_or(0);
  const bool last = choice["finish_reason"].is(Kind::string);
  for (JsonTree::Value member = choice["delta"].first(); member; member = member.next()) {
    const std::string_view name = member.node().key;
    if (name == "tool_calls") {
      take_calls(member, index, last, edits);
    } else if (name == "function_call") {
      take_text(member["arguments"], {.choice = index, .name = "function_call"}, last, edits);
    } else if (name != "role") {
      take_text(member, {.choice = index, .name = std::string(name)}, last, edits);
    }
  }
  if (last) flush(index);
}

void StreamRestorer::take_calls(JsonTree::Value calls, std::int64_t choice, bool last, Edits& edits) {
  for (JsonTree::Value call = calls.first(); call; call = call.next()) {
    const std::int64_t index = call["index"].integer().value_or(0);
    for (const auto& [object, member] : std::array<std::pair<std::string_view, std::string_view>, 2>{
             {{"function", "arguments"}, {"custom", "input"}}}) {
      take_text(call[object][member], {.choice = choice, .name = std::string(object), .call = index}, last, edits);
    }
  }
}

void StreamRestorer::take_text(JsonTree::Value text, Field key, bool last, Edits& edits) {
  if (!text.is(Kind::string)) return;
  const bool in_json = key.name == "function" || key.name == "function_call";
  const auto at = std::find_if(held_.begin(), held_.end(), [&](const Field& field) {
    return field.choice == key.choice && field.call == key.call && field.name == key.name;
  });
  std::string whole = at == held_.end() ? std::string() : std::move(at->held);
  whole += text.node().text;
  if (at != held_.end()) held_.erase(at);
  const std::size_t open = last || held_.size() == kMaxFields ? 0 : substitutes_.open_end(whole);
  key.held = whole.substr(whole.size() - open);
  std::string shown = substitutes_.restore(std::string_view(whole).substr(0, whole.size() - open), in_json);
  if (shown != text.node().text) edits.push_back({text.node().range, protocol::quote(shown)});
  if (open > 0) held_.push_back(std::move(key));
}

void StreamRestorer::write(const protocol::SseFrame& frame, const Edits& edits) {
  if (edits.empty()) {
    out_ += frame.bytes;
    return;
  }
  const std::string data = protocol::apply_edits(frame.data, edits);
  const char* const begin = frame.bytes.data();
  if (frame.data.data() < begin || frame.data.data() >= begin + frame.bytes.size()) {  // several lines, joined
    protocol::append_sse(out_, data, frame.event);
    return;
  }
  const std::size_t at = static_cast<std::size_t>(frame.data.data() - begin);
  out_.append(frame.bytes, 0, at).append(data).append(frame.bytes, at + frame.data.size());
}

void StreamRestorer::flush(std::optional<std::int64_t> choice) {
  std::erase_if(held_, [&](const Field& field) {
    if (choice && field.choice != *choice) return false;
    flush(field);
    return true;
  });
}

// In a chunk of its own.
void StreamRestorer::flush(const Field& field) {
  const std::string text = protocol::quote(field.held);
  std::string delta;
  if (field.call >= 0) {
    delta = fmt::format(R"({{"tool_calls":[{{"index":{},{}:{{{}:{}}}}}]}})", field.call, protocol::quote(field.name),
                        field.name == "function" ? R"("arguments")" : R"("input")", text);
  } else if (field.name == "function_call") {
    delta = R"({"function_call":{"arguments":)" + text + "}}";
  } else {
    delta = "{" + protocol::quote(field.name) + ":" + text + "}";
  }
  protocol::append_sse(out_, fmt::format(R"({{{}"choices":[{{"index":{},"delta":{},"finish_reason":null}}]}})", head_,
                                         field.choice, delta));
}

void StreamRestorer::keep_head(JsonTree::Value chunk) {
  head_.clear();
  for (const std::string_view name : {"id", "object", "created", "model"}) {
    if (chunk[name]) head_ += fmt::format(R"("{}":{},)", name, chunk[name].raw());
  }
}

}  // namespace signalbox::plugins
