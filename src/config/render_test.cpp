#include "config/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "config/load.h"
#include "config/test_schema.h"

namespace signalbox::config {
namespace {

using Json = nlohmann::ordered_json;

Json schema() {
  test::Root root;
  return json_schema(ref(root), "https://example.org/root", "Root");
}

std::string json_of(std::string_view yaml, const std::vector<std::string>& secrets = {}) {
  Document document;
  Diagnostics diagnostics(&document);
  EXPECT_TRUE(parse_yaml(yaml, 0, {}, document.root, diagnostics));
  return to_json(document.root, secrets).dump();
}

TEST(ToJson, TypesPlainScalarsByTheCoreSchema) {
  EXPECT_EQ(json_of("[1, -2, 1.5, 1e3, true, False, ~, x, \"1\", 'true']"),
            R"([1,-2,1.5,1000.0,true,false,null,"x","1","true"])");
  EXPECT_EQ(json_of("[yes, .nan, .inf, 010, 1_000, 99999999999999999999, 8.0]"),
            R"(["yes",".nan",".inf","010","1_000","99999999999999999999",8.0])");
  EXPECT_EQ(json_of("{b: 1, a: {c: []}}"), R"({"b":1,"a":{"c":[]}})") << "in the order of the file";
}

TEST(ToJson, SecretsAreRedacted) {
  EXPECT_EQ(json_of("{a: {token: t, x: 1}, l: [{k.y: s}], n: }", {"a.token", "l[0][\"k.y\"]", "n"}),
            R"({"a":{"token":"[redacted]","x":1},"l":[{"k.y":"[redacted]"}],"n":null})");
}

TEST(ToJson, TheWholeRoundOfSecretsWorks) {
  Document document;
  Diagnostics diagnostics(&document);
  ASSERT_TRUE(parse_yaml("listeners: [{name: a, port: 1, token: hunter2}]\nmistyped: hunter2\n", 0, {}, document.root,
                         diagnostics));
  test::Root root;
  EXPECT_THAT(to_json(document.root, secret_paths(document, ref(root))).dump(),
              testing::Not(testing::HasSubstr("hunter2")));
}

TEST(JsonSchema, DescribesFields) {
  const Json port = schema()["$defs"]["Listener"]["properties"]["port"];
  EXPECT_EQ(port["minimum"], 1);
  EXPECT_EQ(port["maximum"], 65535);
  EXPECT_EQ(port["description"], "TCP port.");
  const Json listener = schema()["$defs"]["Listener"];
  EXPECT_EQ(listener["required"], Json({"name", "port"}));
  EXPECT_EQ(listener["additionalProperties"], false);
  EXPECT_EQ(listener["properties"]["ratio"]["default"], 0.5);
  EXPECT_EQ(listener["properties"]["timeout"]["default"], "5m");
  EXPECT_TRUE(listener["properties"]["request_timeout"]["deprecated"]);
  EXPECT_FALSE(listener["properties"]["token"].contains("default")) << "a secret has no shown default";
  EXPECT_EQ(listener["properties"]["tls"]["x-signalbox-key"], true);
}

TEST(JsonSchema, RecursionEndsInReferences) {
  const Json rule = schema()["$defs"]["Rule"]["properties"];
  EXPECT_EQ(rule["conditions"]["items"]["$ref"], "#/$defs/Rule");
  EXPECT_EQ(rule["not"]["anyOf"][0]["$ref"], "#/$defs/Rule");
}

TEST(JsonSchema, ReservedShapesBecomeSchemas) {
  const Json observability = schema()["$defs"]["Root"]["properties"]["observability"];
  EXPECT_EQ(observability["x-signalbox-support"], "none");
  EXPECT_EQ(observability["additionalProperties"], true);
  EXPECT_EQ(observability["properties"]["tracing"]["additionalProperties"], false);
  EXPECT_TRUE(observability["properties"]["tracing"]["properties"]["exporter"]["properties"].contains("endpoint"));
}

// For a validator outside (python jsonschema): SIGNALBOX_SCHEMA_OUT names the file to write.
TEST(JsonSchema, CanBeWrittenForAnOutsideValidator) {
  const char* path = std::getenv("SIGNALBOX_SCHEMA_OUT");
  if (path == nullptr) GTEST_SKIP() << "SIGNALBOX_SCHEMA_OUT is not set";
  std::ofstream out(path);
  out << schema().dump(1);
  EXPECT_TRUE(out.good());
}

std::string docs() {
  test::Root root;
  return markdown_reference(ref(root), "Configuration", "All keys.");
}

TEST(Docs, EveryStructHasOneSection) {
  const std::string text = docs();
  for (const char* name : {"Root", "Listener", "Rule", "Plugin", "CachePlugin", "HeaderPlugin"}) {
    const std::string heading = "\n## " + std::string(name) + "\n";
    const std::size_t first = text.find(heading);
    ASSERT_NE(first, std::string::npos) << name;
    EXPECT_EQ(text.find(heading, first + 1), std::string::npos) << name;
  }
  EXPECT_TRUE(text.starts_with("# Configuration\n\nAll keys.\n"));
}

TEST(Docs, RowsSayTypeDefaultAndMeaning) {
  const std::string text = docs();
  for (const char* row :
       {"| `port` | integer | *required* | TCP port. From 1 to 65535. |",
        "| `protocol` | string | `\"http\"` | Wire protocol. One of `http`, `https`. |",
        "| `tls` | boolean | `false` | **Signalbox.** Encrypt. |",
        "| `timeout` | duration such as 300s or 1m30s | `\"5m\"` | Longest request. Also accepted as "
        "`request_timeout`. |",
        "| `token` | string |  | Bearer token. Secret: never shown. |",
        "| `listeners` | list of [Listener](#listener) | `[]` | Where requests arrive. |",
        "| `strategy` | `priority`, `confidence` | `\"priority\"` | Which decision wins. |",
        "| `limit` | integer |  | Optional limit \\| pipe. |",
        "| `api_keys` |  |  | **Not acted upon.** Client authentication. Known keys: `[].name`, `[].key`. |",
        "- `vllm_endpoints`: write providers.models[].backend_refs"}) {
    EXPECT_THAT(text, testing::HasSubstr(row));
  }
  EXPECT_THAT(text, testing::HasSubstr("`cache` → [CachePlugin](#cacheplugin): A response cache."));
  EXPECT_THAT(text, testing::HasSubstr("`tracing.exporter.endpoint`, `labels.<name>.value`"));
}

}  // namespace
}  // namespace signalbox::config
