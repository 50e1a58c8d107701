#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "config/load.h"

namespace signalbox::config {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

// One scalar after substitution.
struct Substituted {
  explicit Substituted(const std::string& text, UnsetVariable unset = UnsetVariable::keep_and_warn,
                       bool quoted = false) {
    node.kind = Node::Kind::scalar;
    node.scalar = text;
    node.quoted = quoted;
    substitute_environment(
        node,
        environment_of({{"HOST", "example"}, {"PORT", "80"}, {"EMPTY", ""}, {"DOLLAR", "$HOST"}, {"NIL", "null"}}),
        unset, diagnostics);
  }
  Node node;
  Diagnostics diagnostics;
};

std::string expanded(const std::string& text) {
  return Substituted(text).node.scalar;
}

TEST(Environment, AllFormsAreExpanded) {
  EXPECT_EQ(expanded("${HOST}"), "example");
  EXPECT_EQ(expanded("$HOST"), "example");
  EXPECT_EQ(expanded("http://${HOST}:$PORT/x"), "http://example:80/x");
  EXPECT_EQ(expanded("${NONE:-fallback}"), "fallback");
  EXPECT_EQ(expanded("${NONE-fallback}"), "fallback");
  EXPECT_EQ(expanded("${HOST:-fallback}"), "example");
  EXPECT_EQ(expanded("${NONE:-}"), "");
}

TEST(Environment, AnEmptyVariableCountsAsUnsetOnlyWithAColon) {
  EXPECT_EQ(expanded("${EMPTY:-fallback}"), "fallback");
  EXPECT_EQ(expanded("${EMPTY-fallback}"), "");
  EXPECT_EQ(expanded("x${EMPTY}y"), "xy");
}

TEST(Environment, ANodeKnowsWhetherAVariableWentIntoIt) {
  EXPECT_TRUE(Substituted("x${HOST}").node.from_environment);
  EXPECT_FALSE(Substituted("plain").node.from_environment);
  EXPECT_FALSE(Substituted("${NONE:-fallback}").node.from_environment);
  EXPECT_FALSE(Substituted("${NONE}").node.from_environment);
}

TEST(Environment, DefaultsNest) {
  EXPECT_EQ(expanded("${NONE:-${HOST}}!"), "example!");
  EXPECT_EQ(expanded("${NONE:-${ALSO:-deep}}"), "deep");
  EXPECT_EQ(expanded("${NONE:-$$5}"), "$5");
}

TEST(Environment, OtherDollarsStay) {
  for (const std::string text : {"^end$", "a$|b", "$1", "$", "${", "${}", "${{ github.x }}", "{{.Query}}", "${1}",
                                 "${a b}", "${HOST", "${HOST:x}", "$(cmd)", "${HOST:-open"}) {
    const Substituted s(text);
    EXPECT_EQ(s.node.scalar, text);
    EXPECT_TRUE(s.diagnostics.items().empty()) << text;
  }
}

TEST(Environment, TwoDollarsAreOne) {
  EXPECT_EQ(expanded("$$HOST"), "$HOST");
  EXPECT_EQ(expanded("$${HOST}"), "${HOST}");
  EXPECT_EQ(expanded("$$$HOST"), "$example");
  EXPECT_EQ(expanded("$$$$"), "$$");
}

TEST(Environment, InsertedTextIsNotExpandedAgain) {
  EXPECT_EQ(expanded("$DOLLAR"), "$HOST");
}

TEST(Environment, UnsetStaysLiteralWithAWarning) {
  const Substituted s("query ${user_content} $top_k");
  EXPECT_EQ(s.node.scalar, "query ${user_content} $top_k");
  EXPECT_EQ(s.diagnostics.warnings(), 2u);
  EXPECT_TRUE(s.diagnostics.ok());
  EXPECT_EQ(s.diagnostics.items()[0].code, "unset_variable");
}

TEST(Environment, UnsetIsAnErrorUnderV1) {
  const Substituted s("${user_content}", UnsetVariable::error);
  EXPECT_EQ(s.diagnostics.errors(), 1u);
  EXPECT_THAT(s.diagnostics.items()[0].message, testing::HasSubstr("user_content"));
}

TEST(Environment, PlainScalarsAreTypedAfterwards) {
  EXPECT_FALSE(Substituted("${PORT}").node.quoted);
  EXPECT_TRUE(Substituted("${PORT}", UnsetVariable::error, true).node.quoted);
  EXPECT_TRUE(Substituted("${NIL}").node.is_null());
  EXPECT_TRUE(Substituted("${NIL}", UnsetVariable::error, true).node.is_scalar());
  EXPECT_TRUE(Substituted("${NONE:-}").node.is_scalar()) << "set to nothing is not left out";
}

TEST(Environment, KeysAreNeverTouched) {
  Document document;
  Diagnostics diagnostics(&document);
  ASSERT_TRUE(parse_yaml("$HOST: [{a.b: $HOST}, $NONE]\n", 0, {}, document.root, diagnostics));
  substitute_environment(document.root, environment_of({{"HOST", "h"}}), UnsetVariable::keep_and_warn, diagnostics);
  ASSERT_NE(document.root.find("$HOST"), nullptr);
  EXPECT_EQ(document.root.find("$HOST")->items[0].find("a.b")->scalar, "h");
  ASSERT_EQ(diagnostics.items().size(), 1u);
  EXPECT_EQ(diagnostics.items()[0].path, "$HOST[1]");
  EXPECT_EQ(diagnostics.items()[0].column, 23u);
}

TEST(Environment, ValuesThatAFileCouldNotHoldAreRefused) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.scalar = "$BAD";
  Diagnostics diagnostics;
  substitute_environment(node, environment_of({{"BAD", "\xff"}}), UnsetVariable::keep_and_warn, diagnostics);
  EXPECT_EQ(diagnostics.items().at(0).code, "invalid_encoding");
  EXPECT_EQ(node.scalar, "$BAD");
}

TEST(Environment, InsertedTextIsBounded) {
  Node node;
  node.kind = Node::Kind::scalar;
  for (int i = 0; i < 100; ++i) node.scalar += "$LONG";
  Diagnostics diagnostics;
  const std::string value(1u << 20, 'x');
  substitute_environment(node, environment_of({{"LONG", value}}), UnsetVariable::keep_and_warn, diagnostics);
  EXPECT_EQ(diagnostics.errors(), 1u) << "said once";
  EXPECT_EQ(diagnostics.items().at(0).code, "too_much_text");
  EXPECT_LE(node.scalar.size(), 17u << 20);
}

// A text of nothing but openers took quadratic time: each of them looked for its end.
TEST(Environment, UnclosedDefaultsAreLinear) {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += "${A:-";
  EXPECT_EQ(expanded(text), text);
}

TEST(Environment, AbsurdNestingStaysLiteral) {
  std::string text = "x";
  for (int i = 0; i < 50; ++i) text = "${A:-" + text + "}";
  EXPECT_THAT(expanded(text), testing::HasSubstr("${A:-"));
}

}  // namespace
}  // namespace signalbox::config
