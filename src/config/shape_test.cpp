#include "config/shape.h"

#include <gtest/gtest.h>

namespace signalbox::config {
namespace {

// A shape written back in a canonical form.
std::string text_of(const Shape& shape) {
  const std::string secret = shape.secret ? "!" : "";
  switch (shape.kind) {
    case Shape::Kind::anything:
      return secret;
    case Shape::Kind::list:
      return "[]" + text_of(shape.element.front());
    case Shape::Kind::map:
      return "<>" + text_of(shape.element.front());
    case Shape::Kind::object:
      break;
  }
  std::string keys;
  for (const ShapeKey& key : shape.keys) keys += (keys.empty() ? "" : " ") + key.name + text_of(key.shape);
  if (shape.open) keys += keys.empty() ? "*" : " *";
  return secret + "{" + keys + "}";
}

std::string round(std::string_view text) {
  const auto shape = parse_shape(text);
  return shape ? text_of(*shape) : "error: " + shape.error();
}

TEST(Shape, AnythingIsEmptyOrAStar) {
  EXPECT_EQ(round(""), "");
  EXPECT_EQ(round("*"), "");
}

TEST(Shape, BareKeysAreAnObject) {
  EXPECT_EQ(round("a b c"), "{a b c}");
  EXPECT_EQ(round("a{b c{d}} e[]{f}"), "{a{b c{d}} e[]{f}}");
  EXPECT_EQ(round("m<>{x}"), "{m<>{x}}");
  EXPECT_EQ(round("user password!"), "{user password!}");
  EXPECT_EQ(round("  a\n  b{ c }  "), "{a b{c}}");
}

TEST(Shape, TheValueItselfMayBeAListMapOrSecret) {
  EXPECT_EQ(round("[]"), "[]");
  EXPECT_EQ(round("<>"), "<>");
  EXPECT_EQ(round("!"), "!");
  EXPECT_EQ(round("[]{name key!}"), "[]{name key!}");
  EXPECT_EQ(round("<>[]{x}"), "<>[]{x}");
  EXPECT_EQ(round("{a}"), "{a}");
  EXPECT_EQ(round("{}"), "{}");
}

TEST(Shape, AStarAmongKeysOpensTheObject) {
  EXPECT_EQ(round("a{b *} c"), "{a{b *} c}");
}

TEST(Shape, MistakesAreNamed) {
  for (const char* bad : {"a{", "a}", "a{b", "a[", "a<", "a!!", "{a}{b}", "[]a", "a a", "a{{b}}", "a[]!b{"}) {
    EXPECT_TRUE(round(bad).starts_with("error: ")) << bad << " -> " << round(bad);
  }
  EXPECT_FALSE(parse_shape(std::string(1000, '[')));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[]";
  EXPECT_FALSE(parse_shape(deep)) << "bounded";
}

}  // namespace
}  // namespace signalbox::config
