// Two stages. simdjson finds the structure of the whole body at gigabytes per second and proves the UTF-8 (stage 1);
// the walker then visits every value once, in order, and writes one flat node for each. Strings without escapes are
// views into our copy of the body; the others are decoded into one buffer that is as long as the body at most, because
// decoding never makes a string longer.
#include "protocol/json_tree.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "protocol/json_fault.h"
#include "protocol/json_walker.h"
#include "protocol/utf8.h"

namespace signalbox::protocol {

struct JsonTree::Storage {
  std::unique_ptr<char[]> body;  // followed by simdjson's padding
  std::size_t size = 0;
  std::unique_ptr<char[]> decoded;  // strings that held escapes

  std::string_view view() const { return {body.get(), size}; }
};

namespace {

// A parser keeps about ten bytes per byte of the largest body it has seen; a thread keeps one for everyday bodies only.
constexpr std::size_t kEverydayBytes = 256u << 10;

std::unexpected<Error> refuse(std::string_view code, std::string_view what, std::size_t offset, int status = 400) {
  Error error;
  error.status = status;
  error.code = code;
  error.message = fmt::format("The request body is not acceptable JSON: {} (at byte {}).", what, offset);
  return std::unexpected(std::move(error));
}

std::unexpected<Error> refuse_structure(simdjson::error_code code, std::string_view body) {
  if (code == simdjson::UTF8_ERROR) return refuse("invalid_utf8", "invalid UTF-8", first_invalid_utf8(body));
  const LexicalFault fault = find_lexical_fault(body);
  switch (fault.kind) {
    case LexicalFault::Kind::trailing_bytes:
      return refuse("trailing_bytes", "bytes after the end of the JSON value", fault.offset);
    case LexicalFault::Kind::control_character:
      return refuse("invalid_json", "a control character in a string", fault.offset);
    case LexicalFault::Kind::open_string:
      return refuse("invalid_json", "a string is not closed", fault.offset);
    case LexicalFault::Kind::open_container:
      return refuse("invalid_json", "an object or array is not closed", fault.offset);
    case LexicalFault::Kind::none:
      break;
  }
  return refuse("invalid_json", "malformed JSON", 0);
}

std::expected<void, Error> check_outside(std::string_view body, const JsonLimits& limits) {
  if (body.size() > limits.max_bytes || body.size() >= UINT32_MAX) {
    Error error{.status = 413, .code = "body_too_large"};
    error.message = fmt::format("The request body is larger than the limit of {} bytes.", limits.max_bytes);
    return std::unexpected(std::move(error));
  }
  if (body.starts_with("\xEF\xBB\xBF")) return refuse("byte_order_mark", "it starts with a byte order mark", 0);
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return refuse("invalid_json", "it is empty", 0);
  return {};
}

}  // namespace

std::expected<JsonTree, Error> JsonTree::parse(std::string_view body, const JsonLimits& limits) {
  if (std::expected<void, Error> outside = check_outside(body, limits); !outside) {
    return std::unexpected(std::move(outside.error()));
  }
  JsonTree tree;
  Storage& storage = *tree.storage_;
  storage.size = body.size();
  storage.body = std::make_unique_for_overwrite<char[]>(body.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(storage.body.get(), body.data(), body.size());
  std::memset(storage.body.get() + body.size(), 0, simdjson::SIMDJSON_PADDING);

  thread_local simdjson::ondemand::parser everyday;
  simdjson::ondemand::parser large;
  simdjson::ondemand::parser& parser = body.size() <= kEverydayBytes ? everyday : large;
  simdjson::ondemand::document document;
  const simdjson::padded_string_view padded(storage.body.get(), body.size(), body.size() + simdjson::SIMDJSON_PADDING);
  if (const simdjson::error_code code = parser.iterate(padded).get(document)) return refuse_structure(code, body);

  // Mostly text: a value for each 64 bytes at most. What has more grows.
  tree.nodes_.reserve(std::min<std::size_t>({body.size() / 64 + 16, 256, limits.max_nodes}));
  JsonWalker walker(storage.view(), limits, tree.nodes_, [&storage] {
    storage.decoded = std::make_unique_for_overwrite<char[]>(storage.size);
    return storage.decoded.get();
  });
  if (!walker.walk(document)) return std::unexpected(walker.take_error());
  return tree;
}

JsonTree::JsonTree() : storage_(std::make_unique<Storage>()) {}
JsonTree::JsonTree(JsonTree&&) noexcept = default;
JsonTree& JsonTree::operator=(JsonTree&&) noexcept = default;
JsonTree::~JsonTree() = default;

std::string_view JsonTree::body() const {
  return storage_->view();
}

JsonTree::Value JsonTree::Value::operator[](std::string_view member) const {
  if (kind() != Kind::object) return {};
  const Node* const nodes = tree_->nodes_.data();
  for (Index i = nodes[index_].first_child; i != none; i = nodes[i].next) {
    if (nodes[i].key == member) return {tree_, i};
  }
  return {};
}

bool JsonTree::Value::bool_or(bool fallback) const {
  return is(Kind::boolean) ? node().boolean : fallback;
}

std::optional<double> JsonTree::Value::number() const {
  if (!is(Kind::number)) return std::nullopt;
  const std::string_view text = node().text;
  double value = 0;
  const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), value);
  // A denormal that rounds to zero is reported as out of range; the parse has refused what overflows.
  if (end.ec == std::errc::result_out_of_range) return 0.0;
  return value;
}

std::optional<std::int64_t> JsonTree::Value::integer() const {
  if (!is(Kind::number)) return std::nullopt;
  const std::string_view text = node().text;
  std::int64_t value = 0;
  const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view JsonTree::Value::raw() const {
  return index_ == none ? std::string_view() : tree_->body().substr(node().range.begin, node().range.size());
}

}  // namespace signalbox::protocol
