#include "text/json_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::text {
namespace {

using Code = JsonPathError::Code;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<JsonScalar> select(std::string_view path, std::string_view json) {
  return JsonPath::parse(path).value().select(json).value();
}

constexpr std::string_view kDocument =
    R"({"a":{"b":[{"c":1},{"c":"two"},{"c":null}]},"ok":true,"x.y":2.5,"big":18446744073709551615,"neg":-7})";

TEST(JsonPath, ReachesScalarsOfEachType) {
  EXPECT_THAT(select("$.a.b[0].c", kDocument), ElementsAre(JsonScalar(std::int64_t{1})));
  EXPECT_THAT(select("a.b[1].c", kDocument), ElementsAre(JsonScalar("two")));
  EXPECT_THAT(select("$.a.b[*].c", kDocument),
              ElementsAre(JsonScalar(std::int64_t{1}), JsonScalar("two"), JsonScalar(JsonNull{})));
  EXPECT_THAT(select("ok", kDocument), ElementsAre(JsonScalar(true)));
  EXPECT_THAT(select("$['x.y']", kDocument), ElementsAre(JsonScalar(2.5)));
  EXPECT_THAT(select("$[\"neg\"]", kDocument), ElementsAre(JsonScalar(std::int64_t{-7})));
  EXPECT_THAT(select("big", kDocument), ElementsAre(JsonScalar(18446744073709551615.0)));
}

TEST(JsonPath, RootWildcardsAndNothing) {
  EXPECT_THAT(select("$", "42"), ElementsAre(JsonScalar(std::int64_t{42})));
  EXPECT_THAT(select("", "\"s\""), ElementsAre(JsonScalar("s")));
  EXPECT_THAT(select("$.*", R"({"p":1,"q":[2]})"), ElementsAre(JsonScalar(std::int64_t{1})));
  EXPECT_THAT(select("[*][*]", "[[1],[2,3]]").size(), 3U);
  EXPECT_THAT(select("$.a", kDocument), IsEmpty());  // an object is no scalar
  EXPECT_THAT(select("$.nope[3].x", kDocument), IsEmpty());
  EXPECT_THAT(select("$[0]", kDocument), IsEmpty());     // an index into an object
  EXPECT_THAT(select("$.ok[*]", kDocument), IsEmpty());  // a wildcard into a scalar
  EXPECT_THAT(select("$.a.b[99].c", kDocument), IsEmpty());
}

TEST(JsonPath, BadPaths) {
  for (const char* path :
       {"$a", "$.", "a..b", "a[", "a[x]", "a[1", "a['b", "a[1]b", "a]", ".a", "$[-1]", "$[99999999999999999999999]"}) {
    const auto parsed = JsonPath::parse(path);
    ASSERT_FALSE(parsed.has_value()) << path;
    EXPECT_EQ(parsed.error().code, Code::bad_path);
  }
  EXPECT_EQ(JsonPath::parse("ab[x]").error().offset, 3U);
}

TEST(JsonPath, HostileJson) {
  const JsonPath path = JsonPath::parse("$[*]").value();
  EXPECT_EQ(path.select("{\"a\":").error().code, Code::invalid_json);
  EXPECT_EQ(path.select("").error().code, Code::invalid_json);
  EXPECT_EQ(path.select("\"\xff\"").error().code, Code::invalid_json);
  EXPECT_EQ(path.select("[1] 2").error().code, Code::invalid_json);
  EXPECT_EQ(path.select(std::string(1000, '[')).error().code, Code::too_deep);
  EXPECT_EQ(path.select("[1,2,3]", {.bytes = 4}).error().code, Code::too_large);
  EXPECT_EQ(path.select("[1,2,3]", {.results = 2}).error().code, Code::too_many);
  EXPECT_EQ(path.select("[\"" + std::string(1000, '[') + "\\\"[\"]").value().size(), 1U);  // brackets in a string
}

}  // namespace
}  // namespace signalbox::text
