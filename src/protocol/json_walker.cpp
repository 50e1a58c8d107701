#include "protocol/json_walker.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/json_fault.h"
#include "protocol/json_keys.h"
#include "protocol/json_string.h"
#include "protocol/utf8.h"

namespace signalbox::protocol {
namespace {

using simdjson::ondemand::json_type;

constexpr std::size_t kDeepest = 1000;      // simdjson is set up for 1024
constexpr std::size_t kLongestParam = 100;  // bytes of a key path in an error

JsonTree::Kind kind_of(json_type type) {
  switch (type) {
    case json_type::array:
      return JsonTree::Kind::array;
    case json_type::object:
      return JsonTree::Kind::object;
    case json_type::number:
      return JsonTree::Kind::number;
    case json_type::string:
      return JsonTree::Kind::string;
    case json_type::boolean:
      return JsonTree::Kind::boolean;
    case json_type::null:
      break;
  }
  return JsonTree::Kind::null;
}

}  // namespace

bool JsonWalker::walk(simdjson::ondemand::document& document) {
  document_ = &document;
  json_type type;
  if (document.type().get(type) != simdjson::SUCCESS) return syntax_error("a value was expected");
  nodes_.emplace_back().kind = kind_of(type);
  std::string_view token;
  if (document.raw_json_token().get(token) != simdjson::SUCCESS) return syntax_error("a value was expected");
  nodes_[0].range = token_range(token);
  bool good = false;
  if (type == json_type::object) {
    simdjson::ondemand::object root;
    good = document.get_object().get(root) == simdjson::SUCCESS ? object(root, 0, 1)
                                                                : syntax_error("the object is not closed");
  } else if (type == json_type::array) {
    simdjson::ondemand::array root;
    good = document.get_array().get(root) == simdjson::SUCCESS ? array(root, 0, 1)
                                                               : syntax_error("the array is not closed");
  } else {
    return root_scalar(type);
  }
  if (!good) return false;
  const char* next = nullptr;
  if (document.current_location().get(next) == simdjson::SUCCESS) {
    return fail("trailing_bytes", "bytes after the end of the JSON value", offset_of(next));
  }
  return true;
}

bool JsonWalker::root_scalar(json_type type) {
  Node& node = nodes_[0];
  if (body_.find_last_not_of(" \t\r\n") + 1 != node.range.end) {
    return fail("trailing_bytes", "bytes after the end of the JSON value", node.range.end);
  }
  switch (type) {
    case json_type::string:
      return set_string(node);
    case json_type::number: {
      double unused;
      if (document_->get_double().get(unused) != simdjson::SUCCESS)
        return fail("invalid_json", "malformed number", node.range.begin);
      node.text = body_.substr(node.range.begin, node.range.size());
      return true;
    }
    case json_type::boolean:
      if (document_->get_bool().get(node.boolean) != simdjson::SUCCESS)
        return fail("invalid_json", "unknown word", node.range.begin);
      return true;
    default:
      break;
  }
  if (body_.substr(node.range.begin, node.range.size()) != "null")
    return fail("invalid_json", "unknown word", node.range.begin);
  return true;
}

bool JsonWalker::child(simdjson::ondemand::value source, Index index, std::size_t depth) {
  json_type type;
  if (source.type().get(type) != simdjson::SUCCESS) return syntax_error("a value was expected");
  Node& node = nodes_[index];
  node.kind = kind_of(type);
  node.range = token_range(source.raw_json_token());
  if (type == json_type::object) {
    simdjson::ondemand::object inner;
    if (source.get_object().get(inner) != simdjson::SUCCESS) return syntax_error("malformed object");
    return object(inner, index, depth + 1);
  }
  if (type == json_type::array) {
    simdjson::ondemand::array inner;
    if (source.get_array().get(inner) != simdjson::SUCCESS) return syntax_error("malformed array");
    return array(inner, index, depth + 1);
  }
  return scalar(source, type, node);
}

bool JsonWalker::scalar(simdjson::ondemand::value& source, json_type type, Node& node) {
  if (type == json_type::string) {
    simdjson::ondemand::raw_json_string raw;
    if (source.get_raw_json_string().get(raw) != simdjson::SUCCESS) return syntax_error("malformed string");
    return set_string(node);
  }
  if (type == json_type::number) {
    double unused;
    if (source.get_double().get(unused) != simdjson::SUCCESS)
      return fail("invalid_json", "malformed number", node.range.begin);
    node.text = body_.substr(node.range.begin, node.range.size());
    return true;
  }
  if (type == json_type::boolean) {
    if (source.get_bool().get(node.boolean) != simdjson::SUCCESS)
      return fail("invalid_json", "unknown word", node.range.begin);
    return true;
  }
  bool is_null = false;
  if (source.is_null().get(is_null) != simdjson::SUCCESS || !is_null || node.range.size() != 4) {
    return fail("invalid_json", "unknown word", node.range.begin);
  }
  return true;
}

bool JsonWalker::array(simdjson::ondemand::array source, Index index, std::size_t depth) {
  if (depth > std::min(limits_.max_depth, kDeepest))
    return fail("too_deep", "nested deeper than the limit", nodes_[index].range.begin);
  Index last = JsonTree::none;
  for (simdjson::simdjson_result<simdjson::ondemand::value> element : source) {
    simdjson::ondemand::value inner;
    if (std::move(element).get(inner) != simdjson::SUCCESS) return syntax_error("malformed array");
    Index added = 0;
    if (!add_child(index, last, added)) return false;
    if (!child(inner, added, depth)) {
      prepend_index(nodes_[index].children - 1);
      return false;
    }
  }
  return close(index);
}

bool JsonWalker::object(simdjson::ondemand::object source, Index index, std::size_t depth) {
  if (depth > std::min(limits_.max_depth, kDeepest))
    return fail("too_deep", "nested deeper than the limit", nodes_[index].range.begin);
  Index last = JsonTree::none;
  for (simdjson::simdjson_result<simdjson::ondemand::field> member : source) {
    simdjson::ondemand::field field;
    if (std::move(member).get(field) != simdjson::SUCCESS) return syntax_error("malformed object");
    Index added = 0;
    if (!add_child(index, last, added)) return false;
    const std::size_t value_begin = offset_of(field.value().raw_json_token().data());
    if (!set_key(nodes_[added], field.key().raw(), value_begin) || !check_duplicate(index, added)) return false;
    if (!child(field.value(), added, depth)) {
      prepend_key(nodes_[added].key);
      return false;
    }
  }
  if (!close(index)) return false;
  return nodes_[index].children <= kPairwiseKeys || check_many_keys(index);
}

// The bracket that closed a container is the last byte before the next token, but for white space.
bool JsonWalker::close(Index index) {
  const char* next = nullptr;
  std::size_t end = body_.size();
  if (document_->current_location().get(next) == simdjson::SUCCESS) {
    end = offset_of(next);
  } else if (index != 0) {
    return fail("invalid_json", "the document ends inside a container", body_.size());
  }
  while (is_json_space(body_[end - 1])) --end;
  nodes_[index].range.end = end;
  return true;
}

bool JsonWalker::add_child(Index parent, Index& last, Index& added) {
  if (nodes_.size() >= limits_.max_nodes) {
    return fail("too_many_values", "more JSON values than the limit",
                nodes_[last == JsonTree::none ? parent : last].range.begin);
  }
  added = static_cast<Index>(nodes_.size());
  nodes_.emplace_back();
  (last == JsonTree::none ? nodes_[parent].first_child : nodes_[last].next) = added;
  ++nodes_[parent].children;
  last = added;
  return true;
}

// A string token runs from its quote to the next token: the closing quote is its last byte that is not white space.
bool JsonWalker::set_string(Node& node) {
  if (node.range.size() < 2 || body_[node.range.end - 1] != '"') {
    return fail("invalid_json", "malformed string", node.range.begin);
  }
  return decode(body_.substr(node.range.begin + 1, node.range.size() - 2), node.text);
}

// simdjson gives where a key begins and has seen the colon: going back from the value finds the key's end.
bool JsonWalker::set_key(Node& node, const char* begin, std::size_t value_begin) {
  std::size_t end = value_begin;
  while (is_json_space(body_[end - 1])) --end;
  --end;  // the colon
  while (is_json_space(body_[end - 1])) --end;
  node.key_range = {offset_of(begin) - 1, end};
  if (node.key_range.size() < 2 || body_[end - 1] != '"')
    return fail("invalid_json", "malformed key", node.key_range.begin);
  return decode(body_.substr(node.key_range.begin + 1, node.key_range.size() - 2), node.key);
}

bool JsonWalker::decode(std::string_view raw, std::string_view& out) {
  if (raw.find('\\') == std::string_view::npos) {
    out = raw;
    return true;
  }
  if (decoded_ == nullptr) decoded_ = make_decoded_();
  const std::expected<std::size_t, StringFault> size = unescape(raw, decoded_);
  if (!size) {
    const std::size_t offset = offset_of(raw.data()) + size.error().offset;
    if (size.error().kind == StringFault::Kind::bad_escape) return fail("invalid_json", "unknown escape", offset);
    return fail("lone_surrogate", "half of a surrogate pair", offset);
  }
  out = {decoded_, *size};
  decoded_ += *size;
  return true;
}

bool JsonWalker::check_duplicate(Index parent, Index added) {
  if (nodes_[parent].children > kPairwiseKeys) return true;  // checked once, when the object is complete
  const Node& node = nodes_[added];
  for (Index i = nodes_[parent].first_child; i != added; i = nodes_[i].next) {
    if (nodes_[i].key == node.key) {
      fail("duplicate_key", "a key stands twice in one object", node.key_range.begin);
      prepend_key(node.key);
      return false;
    }
  }
  return true;
}

bool JsonWalker::check_many_keys(Index parent) {
  std::vector<KeyAt> keys;
  keys.reserve(nodes_[parent].children);
  for (Index i = nodes_[parent].first_child; i != JsonTree::none; i = nodes_[i].next)
    keys.push_back({nodes_[i].key, i});
  const std::optional<std::uint32_t> duplicate = find_duplicate_key(keys);
  if (!duplicate) return true;
  fail("duplicate_key", "a key stands twice in one object", nodes_[*duplicate].key_range.begin);
  prepend_key(nodes_[*duplicate].key);
  return false;
}

Range JsonWalker::token_range(std::string_view token) const {
  const std::size_t begin = offset_of(token.data());
  std::size_t end = std::min(begin + token.size(), body_.size());
  while (end > begin + 1 && is_json_space(body_[end - 1])) --end;
  return {begin, end};
}

bool JsonWalker::syntax_error(std::string_view what) {
  const LexicalFault fault = find_lexical_fault(body_);
  if (fault.kind == LexicalFault::Kind::trailing_bytes) {
    return fail("trailing_bytes", "bytes after the end of the JSON value", fault.offset);
  }
  const char* at = nullptr;
  std::size_t offset = body_.size();
  if (document_->current_location().get(at) == simdjson::SUCCESS) offset = std::min(offset, offset_of(at));
  return fail("invalid_json", what, offset);
}

bool JsonWalker::fail(std::string_view code, std::string_view what, std::size_t offset) {
  error_.code = code;
  error_.message = fmt::format("The request body is not acceptable JSON: {} (at byte {}).", what, offset);
  return false;
}

void JsonWalker::prepend_key(std::string_view key) {
  std::string path(utf8_prefix(key, kLongestParam));
  if (!error_.param.empty() && error_.param[0] != '[') path += '.';
  error_.param.insert(0, path);
}

void JsonWalker::prepend_index(std::size_t index) {
  const bool more = !error_.param.empty() && error_.param[0] != '[';
  error_.param.insert(0, fmt::format("[{}]{}", index, more ? "." : ""));
}

Error JsonWalker::take_error() {
  error_.param = utf8_prefix(error_.param, kLongestParam);
  return std::move(error_);
}

}  // namespace signalbox::protocol
