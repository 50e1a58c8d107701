#include "config/shape.h"

#include <fmt/format.h>

namespace signalbox::config {

const Shape* Shape::find(std::string_view key) const {
  for (const auto& [name, shape] : keys) {
    if (name == key) return &shape;
  }
  return nullptr;
}

namespace {

class ShapeParser {
 public:
  explicit ShapeParser(std::string_view text) : text_(text) {}

  std::expected<Shape, std::string> top() {
    skip_blanks();
    Shape shape;
    if (text_.substr(at_) == "*" || at_ == text_.size()) return shape;
    const bool bare_keys = is_name(text_[at_]);
    shape = bare_keys ? object() : value(0);
    skip_blanks();
    if (error_.empty() && at_ != text_.size()) fail("unexpected text");
    if (!error_.empty()) return std::unexpected(error_);
    return shape;
  }

 private:
  static constexpr std::size_t kDeepest = 32;

  static bool is_name(char c) { return std::string_view(" \t\n{}[]<>!").find(c) == std::string_view::npos; }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void fail(std::string_view what) {
    if (error_.empty()) error_ = fmt::format("{} at offset {} of the shape \"{}\"", what, at_, text_);
  }

  Shape value(std::size_t depth) {
    Shape shape;
    if (depth > kDeepest) {
      fail("too deep");
      return shape;
    }
    if (take("[]") || take("<>")) {
      shape.kind = text_[at_ - 1] == ']' ? Shape::Kind::list : Shape::Kind::map;
      shape.element.push_back(value(depth + 1));
      shape.secret = shape.element.front().secret;
      return shape;
    }
    shape.secret = take("!");
    if (!take("{")) return shape;
    const bool secret = shape.secret;
    shape = object(depth + 1);
    shape.secret = secret;
    if (!take("}")) fail("a missing }");
    return shape;
  }

  Shape object(std::size_t depth = 0) {
    Shape shape;
    shape.kind = Shape::Kind::object;
    for (skip_blanks(); error_.empty() && at_ < text_.size() && text_[at_] != '}'; skip_blanks()) {
      const std::size_t start = at_;
      while (at_ < text_.size() && is_name(text_[at_])) ++at_;
      const std::string name(text_.substr(start, at_ - start));
      if (name.empty()) fail("a missing key");
      if (shape.find(name) != nullptr) fail("a repeated key");
      Shape member = value(depth);
      if (name == "*") {
        shape.open = true;
      } else {
        shape.keys.push_back({name, std::move(member)});
      }
    }
    return shape;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace

std::expected<Shape, std::string> parse_shape(std::string_view text) {
  return ShapeParser(text).top();
}

}  // namespace signalbox::config
