#include "protocol/json_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

JsonTree parsed(std::string_view body, const JsonLimits& limits = {}) {
  std::expected<JsonTree, Error> tree = JsonTree::parse(body, limits);
  if (!tree) throw std::runtime_error(tree.error().code + ": " + tree.error().message);
  return std::move(*tree);
}

Error refused(std::string_view body, const JsonLimits& limits = {}) {
  std::expected<JsonTree, Error> tree = JsonTree::parse(body, limits);
  return tree ? Error{.code = "accepted"} : tree.error();
}

TEST(JsonTree, RangesAreExactWhateverTheWhiteSpace) {
  const JsonTree tree = parsed(" { \"a\" :\t[1 , \"x y\" ,{ } ] ,\n\"b\":  true  , \"c\":-1.5e3\r\n} ");
  EXPECT_EQ(tree.root().raw(), "{ \"a\" :\t[1 , \"x y\" ,{ } ] ,\n\"b\":  true  , \"c\":-1.5e3\r\n}");
  const JsonTree::Value a = tree.root()["a"];
  EXPECT_EQ(a.raw(), "[1 , \"x y\" ,{ } ]");
  EXPECT_EQ(a.size(), 3u);
  EXPECT_EQ(a.first().raw(), "1");
  EXPECT_EQ(a.first().next().raw(), "\"x y\"");
  EXPECT_EQ(a.first().next().next().raw(), "{ }");
  EXPECT_EQ(tree.root()["b"].raw(), "true");
  EXPECT_EQ(tree.root()["c"].raw(), "-1.5e3");
  const Range key = a.node().key_range;
  EXPECT_EQ(tree.body().substr(key.begin, key.size()), "\"a\"");
}

TEST(JsonTree, ValuesAnswerByKind) {
  const JsonTree tree = parsed(R"({"s":"x","n":12,"f":1.0,"big":9223372036854775808,"t":true,"z":null,"o":{}})");
  const JsonTree::Value root = tree.root();
  EXPECT_EQ(root["s"].string_or("?"), "x");
  EXPECT_EQ(root["n"].string_or("?"), "?");
  EXPECT_EQ(root["n"].integer(), 12);
  EXPECT_EQ(root["f"].integer(), std::nullopt);
  EXPECT_EQ(root["f"].number(), 1.0);
  EXPECT_EQ(root["big"].integer(), std::nullopt);
  EXPECT_EQ(root["big"].number(), 9223372036854775808.0);
  EXPECT_TRUE(root["t"].bool_or(false));
  EXPECT_TRUE(root["z"]);
  EXPECT_EQ(root["z"].kind(), Kind::null);
  EXPECT_FALSE(root["missing"]);
  EXPECT_FALSE(root["missing"]["deeper"]);
  EXPECT_EQ(root["missing"].raw(), "");
  EXPECT_EQ(root["o"].size(), 0u);
}

TEST(JsonTree, StringsAndKeysAreUnescaped) {
  const JsonTree tree = parsed(R"({"\u0061\n":"\"\\\/\b\f\n\r\t","emoji":"\ud83d\ude00é€","nul":"a\u0000b"})");
  EXPECT_EQ(tree.root()["a\n"].string_or(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(tree.root()["emoji"].string_or(), "\xF0\x9F\x98\x80é€");
  EXPECT_EQ(tree.root()["nul"].string_or(), std::string_view("a\0b", 3));
}

TEST(JsonTree, ViewsSurviveAMove) {
  JsonTree first = parsed(R"({"a":"plain","b":"esc\naped"})");
  const std::string_view plain = first.root()["a"].string_or();
  const JsonTree second = std::move(first);
  EXPECT_EQ(plain, "plain");
  EXPECT_EQ(second.root()["a"].string_or().data(), plain.data());
  EXPECT_EQ(second.root()["b"].string_or(), "esc\naped");
}

TEST(JsonTree, RootScalars) {
  EXPECT_EQ(parsed(" \"a\\tb\" ").root().string_or(), "a\tb");
  EXPECT_EQ(parsed("12").root().integer(), 12);
  EXPECT_TRUE(parsed("true\n").root().bool_or(false));
  EXPECT_EQ(parsed("null").root().kind(), Kind::null);
  for (std::string_view bad : {"nul", "nullx", "truth", "tru", "01", "1.", "\"a", "x", "]", "}", ",", ":"}) {
    EXPECT_EQ(refused(bad).code, "invalid_json") << bad;
  }
  for (std::string_view bad : {"1 2", "\"a\" \"b\"", "null null", "true,", "\"a\":1"}) {
    EXPECT_EQ(refused(bad).code, "trailing_bytes") << bad;
  }
}

TEST(JsonTree, MalformedDocumentsAreRefused) {
  for (std::string_view bad : {"{",
                               "[",
                               "{\"a\"",
                               "{\"a\":",
                               "{\"a\":1",
                               "{\"a\":1,",
                               "{\"a\":1,}",
                               "{,}",
                               "[1,]",
                               "[,1]",
                               "[1 2]",
                               "{\"a\" 1}",
                               "{a:1}",
                               "{'a':1}",
                               "{1:2}",
                               "[1}",
                               "{\"a\":1]",
                               "[[1]",
                               "[\"a\":1]",
                               "{\"a\":\"b\" \"c\"}",
                               "[tru]",
                               "[truex]",
                               "[nul]",
                               "[nullx]",
                               "[True]",
                               "[NaN]",
                               "[Infinity]",
                               "[/**/1]",
                               "[1//x\n]",
                               "{\"a\":\"\\x\"}",
                               "{\"a\":\"\\\"}",
                               "{\"a\":\"\\u12\"}",
                               "{\"\\q\":1}",
                               "[\"\t\"]",
                               "[\"a\"b]",
                               "[true\"a\"]",
                               "[1\"a\"]",
                               "[\"a\"1]",
                               "{\"a\":}",
                               "{\"a\"::1}",
                               "[-]",
                               "[nullnull]",
                               "[\"\\u00g0\"]"}) {
    EXPECT_EQ(refused(bad).code, "invalid_json") << bad;
  }
}

TEST(JsonTree, NumbersFollowTheGrammar) {
  for (std::string_view good :
       {"0", "-0", "10", "1.5", "0.0", "1e5", "1E+5", "1e-5", "-1.25e2", "123456789012345678901234567890"}) {
    const JsonTree tree = parsed("[" + std::string(good) + "]");
    EXPECT_EQ(tree.root().first().node().text, good);
    EXPECT_TRUE(tree.root().first().number().has_value());
  }
  for (std::string_view bad : {"00", "01", "-01", "+1", "1.", ".5", "-.5", "1e", "1e+", "1.e5", "0x10", "1_0", "--1",
                               "1a", "1.5.5", "1e5e5", "-", "1e400", "-1e400"}) {
    EXPECT_EQ(refused("[" + std::string(bad) + "]").code, "invalid_json") << bad;
    EXPECT_EQ(refused(bad).code, "invalid_json") << bad;
  }
}

TEST(JsonTree, TrailingBytes) {
  for (std::string_view bad : {"{} x", "{}{}", "{},", "[]]", "{}}", "[1] 2", "{\"a\":1}\n{\"a\":2}", "{}\"", "{} //"}) {
    EXPECT_EQ(refused(bad).code, "trailing_bytes") << bad;
  }
  EXPECT_EQ(refused(std::string_view("{}\0", 3)).code, "trailing_bytes");
  EXPECT_THAT(refused("{\"a\":1}  x").message, testing::HasSubstr("(at byte 9)"));
}

TEST(JsonTree, EmptyAndNulBodies) {
  for (std::string_view bad : {"", " ", "\n\t\r ", "\v", "\f"}) EXPECT_EQ(refused(bad).code, "invalid_json");
  EXPECT_EQ(refused(std::string_view("\0", 1)).code, "invalid_json");
  EXPECT_EQ(refused(std::string_view("{\"a\":\"x\0y\"}", 11)).code, "invalid_json");
  EXPECT_EQ(refused(std::string_view("{\0\"a\":1}", 8)).code, "invalid_json");
}

TEST(JsonTree, ByteOrderMark) {
  EXPECT_EQ(refused("\xEF\xBB\xBF{}").code, "byte_order_mark");
  EXPECT_EQ(refused(std::string_view("\xFF\xFE{\0}\0", 6)).code, "invalid_utf8");
  EXPECT_EQ(parsed("[\"\xEF\xBB\xBF\"]").root().first().string_or(), "\xEF\xBB\xBF");
}

TEST(JsonTree, InvalidUtf8WithItsOffset) {
  for (std::string_view bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                               "\xF8\x88\x80\x80\x80", "\xFF"}) {
    const Error error = refused("{\"a\":\"" + std::string(bad) + "\"}");
    EXPECT_EQ(error.code, "invalid_utf8");
    EXPECT_THAT(error.message, testing::HasSubstr("(at byte 6)"));
  }
  EXPECT_EQ(refused("{\"\xC3\":1}").code, "invalid_utf8");
  EXPECT_EQ(refused("\xC3\x28").code, "invalid_utf8");
}

TEST(JsonTree, LoneSurrogates) {
  for (std::string_view bad : {"\\ud800", "\\udc00", "\\udfffx", "\\ud800\\ud800", "\\ud800\\n", "\\ud800\\u0041",
                               "\\udc00\\ud800", "\\ud83d \\ude00", "\\uD83D\\u", "x\\uDBFF"}) {
    EXPECT_EQ(refused("[\"" + std::string(bad) + "\"]").code, "lone_surrogate") << bad;
    EXPECT_EQ(refused("{\"" + std::string(bad) + "\":1}").code, "lone_surrogate") << bad;
  }
  EXPECT_EQ(parsed(R"(["\uD83D\uDE00\uDBFF\uDFFF"])").root().first().string_or(), "\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
}

TEST(JsonTree, DuplicateKeysAtEveryDepthAfterUnescaping) {
  EXPECT_EQ(refused(R"({"a":1,"a":1})").code, "duplicate_key");
  EXPECT_EQ(refused(R"({"a":1,"\u0061":2})").code, "duplicate_key");
  EXPECT_EQ(refused(R"({"":1,"":2})").code, "duplicate_key");
  const Error deep = refused(R"({"messages":[{"role":"user"},{"x":{"role":1,"b":2,"role":3}}]})");
  EXPECT_EQ(deep.code, "duplicate_key");
  EXPECT_EQ(deep.param, "messages[1].x.role");
  EXPECT_EQ(deep.status, 400);
  EXPECT_EQ(parsed(R"({"a":{"a":{"a":1}},"A":1,"a ":2})").root().size(), 3u);
}

TEST(JsonTree, DuplicateAmongManyKeysNamesTheFirstRepetition) {
  std::string body = "{";
  for (int i = 0; i < 100'000; ++i) body += "\"key" + std::to_string(i) + "\":0,";
  EXPECT_EQ(parsed(body + "\"last\":0}").root().size(), 100'001u);
  const Error error = refused(body + "\"key7\":0,\"x\":1,\"key5\":0}");
  EXPECT_EQ(error.code, "duplicate_key");
  EXPECT_EQ(error.param, "key7");
  std::string seventeen = "{";
  for (int i = 0; i < 16; ++i) seventeen += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(refused(seventeen + "\"k0\":0}").param, "k0");
}

TEST(JsonTree, Limits) {
  EXPECT_EQ(refused("[1,2,3]", {.max_bytes = 6}).status, 413);
  EXPECT_EQ(refused("[1,2,3]", {.max_bytes = 6}).code, "body_too_large");
  EXPECT_EQ(parsed("[1,2,3]", {.max_bytes = 7}).root().size(), 3u);
  EXPECT_EQ(refused("[1,2,3]", {.max_nodes = 3}).code, "too_many_values");
  EXPECT_EQ(parsed("[1,2,3]", {.max_nodes = 4}).root().size(), 3u);
  EXPECT_EQ(refused("[[[1]]]", {.max_depth = 2}).code, "too_deep");
  EXPECT_EQ(refused(R"({"a":{"b":{}}})", {.max_depth = 2}).param, "a.b");
  EXPECT_EQ(parsed("[[[1]]]", {.max_depth = 3}).root().size(), 1u);
}

TEST(JsonTree, AMillionBracketsAreRefusedNotRecursedInto) {
  EXPECT_EQ(refused(std::string(1'000'000, '[')).code, "invalid_json");
  EXPECT_EQ(refused(std::string(1'000'000, '[') + std::string(1'000'000, ']')).code, "too_deep");
  const std::size_t huge = 1'000'000'000;
  EXPECT_EQ(refused(std::string(1'000'000, '[') + std::string(1'000'000, ']'), {.max_depth = huge}).code, "too_deep");
}

TEST(JsonTree, ErrorsNameNoContent) {
  const Error error = refused(R"({"messages":"my secret \x"})");
  EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("secret")));
  EXPECT_THAT(error.message, testing::HasSubstr("(at byte 23)"));
  EXPECT_EQ(error.param, "messages");
  const std::string key(500, 'k');
  EXPECT_EQ(refused("{\"" + key + "\":tru}").param, std::string(100, 'k'));
}

TEST(JsonTree, LargeBodiesAndThreads) {
  const std::string body = "{\"a\":\"" + std::string(1u << 20, 'x') + "\"}";
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&body] {
      for (int n = 0; n < 20; ++n) {
        EXPECT_EQ(parsed(body).root()["a"].string_or().size(), 1u << 20);
        EXPECT_EQ(parsed("[\"\\n\"]").root().first().string_or(), "\n");
      }
    });
  }
}

}  // namespace
}  // namespace signalbox::protocol
