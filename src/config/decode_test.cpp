#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.h"
#include "config/test_schema.h"

namespace signalbox::config {
namespace {

using test::Root;

struct Decoded {
  explicit Decoded(std::string_view yaml) : diagnostics(&document) {
    document.files = {"f"};
    parsed = parse_yaml(yaml, 0, {}, document.root, diagnostics);
    if (parsed) decode(document, ref(root), diagnostics);
  }
  const Diagnostic& first() const {
    static const Diagnostic none;
    return diagnostics.items().empty() ? none : diagnostics.items().front();
  }
  // Every finding as "code path".
  std::vector<std::string> said() const {
    std::vector<std::string> out;
    for (const Diagnostic& item : diagnostics.items()) out.push_back(item.code + " " + item.path);
    return out;
  }
  Document document;
  Diagnostics diagnostics;
  Root root;
  bool parsed = false;
};

// A listener with the required keys and one more line.
Decoded listener(const std::string& line) {
  return Decoded("listeners:\n- {name: n, port: 1}\n- name: m\n  port: 2\n  " + line);
}

TEST(Decode, FillsEveryKindOfMember) {
  const Decoded d(R"(
version: v1
listeners:
  - {name: a, port: 80, protocol: https, ratio: 1, tls: true, timeout: 1m30s, token: t}
strategy: confidence
rules: {operator: AND, conditions: [{operator: NOT, conditions: [{}]}], not: {not: {operator: X}}}
weights: {x: 5, "y.z": 7.0}
named: {one: {name: o, port: 2}}
colours: [green, blue]
plugins: [{type: cache, configuration: {threshold: 0.5}}, {type: headers}]
limit: 3
context: 32K
extra: {any: [thing]}
)");
  ASSERT_THAT(d.said(), testing::IsEmpty()) << to_text(d.first());
  const Root& r = d.root;
  EXPECT_EQ(r.version, "v1");
  ASSERT_EQ(r.listeners.size(), 1u);
  EXPECT_EQ(r.listeners[0].path, "listeners[0]");
  EXPECT_EQ(r.listeners[0].port, 80);
  EXPECT_TRUE(r.listeners[0].tls);
  EXPECT_EQ(r.listeners[0].timeout.value, std::chrono::seconds(90));
  EXPECT_EQ(r.strategy, test::Strategy::confidence);
  EXPECT_EQ(r.rules->conditions[0].conditions.size(), 1u);
  EXPECT_EQ(r.rules->inner->inner->operator_name, "X");
  EXPECT_EQ(r.weights, (std::map<std::string, std::int64_t>{{"x", 5}, {"y.z", 7}})) << "defaults are dropped";
  EXPECT_EQ(r.named.at("one").path, "named.one");
  EXPECT_THAT(r.colours, testing::ElementsAre("green", "blue"));
  EXPECT_EQ(static_cast<const test::CachePlugin*>(r.plugins[0].configuration.get())->threshold, 0.5);
  EXPECT_NE(r.plugins[1].configuration, nullptr) << "a left-out configuration is one of defaults";
  EXPECT_EQ(r.limit, 3);
  EXPECT_EQ(r.context.tokens, 32'000);
  EXPECT_EQ(r.extra.node.find("any")->items[0].scalar, "thing");
}

TEST(Decode, AbsentAndNullKeepDefaults) {
  const Decoded d("listeners:\nrules: ~\nweights: null\ncolours:\nlimit:\nextra:\n");
  EXPECT_THAT(d.said(), testing::IsEmpty());
  EXPECT_FALSE(d.root.rules);
  EXPECT_EQ(d.root.weights.at("default"), 1);
  EXPECT_THAT(d.root.colours, testing::ElementsAre("red"));
  EXPECT_FALSE(d.root.limit);
}

TEST(Decode, AllErrorsAtOnceWithTheirPlaces) {
  const Decoded d("listeners:\n  - name: a\n    prt: 80\n  - name: ''\n    port: 99999\nstrategy: priorty\nlimit: x\n");
  EXPECT_THAT(d.said(), testing::ElementsAre("missing_key listeners[0].port", "unknown_key listeners[0].prt",
                                             "empty_value listeners[1].name", "out_of_range listeners[1].port",
                                             "bad_choice strategy", "wrong_type limit"));
  EXPECT_EQ(to_text(d.diagnostics.items()[1]),
            "f:3:5: error: listeners[0].prt: the key \"prt\" is not known here (did you mean \"port\"?) [unknown_key]");
  EXPECT_EQ(d.diagnostics.items()[0].line, 2u) << "a missing key is marked at the object that lacks it";
  EXPECT_EQ(to_text(d.diagnostics.items()[4]),
            "f:6:1: error: strategy: expected \"priority\" or \"confidence\", found the string \"priorty\" "
            "(did you mean \"priority\"?) [bad_choice]");
}

TEST(Decode, AStringTakesAnyScalarButNull) {
  EXPECT_EQ(Decoded("version: 123").root.version, "123");
  EXPECT_EQ(Decoded("version: true").root.version, "true");
  EXPECT_EQ(Decoded("version: 1.50").root.version, "1.50");
  EXPECT_EQ(Decoded("version: ~").first().code, "wrong_type");
  EXPECT_EQ(Decoded("version: [a]").first().message, "expected a string, found a list");
}

TEST(Decode, IntegersAreDecimal) {
  for (const char* good : {"8", "+8", "8.0", "8e0"})
    EXPECT_EQ(Decoded("limit: " + std::string(good)).root.limit, 8) << good;
  struct Case {
    const char* text;
    const char* code;
    const char* suggestion;
  };
  for (const Case& c : {Case{"\"8\"", "wrong_type", "remove the quotes"}, Case{"8.5", "wrong_type", ""},
                        Case{"abc", "wrong_type", ""}, Case{"1_000", "wrong_type", "write it without underscores"},
                        Case{"010", "wrong_type", "write it without the leading zero"}, Case{"0x1F", "wrong_type", ""},
                        Case{"5000000000", "out_of_range", ""}, Case{"99999999999999999999", "out_of_range", ""},
                        Case{"1e30", "out_of_range", ""}, Case{".inf", "wrong_type", ""}, Case{"[8]", "wrong_type", ""},
                        Case{"true", "wrong_type", ""}, Case{"''", "wrong_type", ""}}) {
    const Decoded d("limit: " + std::string(c.text));
    EXPECT_EQ(d.first().code, c.code) << c.text;
    EXPECT_EQ(d.first().suggestion, c.suggestion) << c.text;
  }
  EXPECT_EQ(Decoded("limit: abc").first().message, "expected an integer, found the string \"abc\"");
  EXPECT_EQ(Decoded("limit: 8.5").first().message, "expected an integer, found the number 8.5");
}

TEST(Decode, NumbersAreFinite) {
  for (const char* good : {"1", "0.5", ".5", "5e-1", "0"})
    EXPECT_TRUE(listener("ratio: " + std::string(good)).diagnostics.ok());
  for (const char* bad : {".nan", ".inf", "-.Inf", "NaN", "\"0.5\"", "1e", ".", "0x1", "1,5"}) {
    EXPECT_EQ(listener("ratio: " + std::string(bad)).first().code, "wrong_type") << bad;
  }
  EXPECT_EQ(listener("ratio: .nan").first().message, "expected a finite number, found the string \".nan\"");
  EXPECT_EQ(listener("ratio: 1e999").first().code, "out_of_range");
  EXPECT_EQ(listener("ratio: 1.5").first().message, "expected a number from 0 to 1, found 1.5");
  EXPECT_EQ(listener("ratio: -1").first().code, "out_of_range");
}

TEST(Decode, BooleansAreTrueOrFalse) {
  for (const char* good : {"true", "True", "TRUE"})
    EXPECT_TRUE(listener("tls: " + std::string(good)).root.listeners[1].tls);
  EXPECT_TRUE(listener("tls: false").diagnostics.ok());
  EXPECT_EQ(listener("tls: yes").first().suggestion, "write true");
  EXPECT_EQ(listener("tls: Off").first().suggestion, "write false");
  EXPECT_EQ(listener("tls: \"true\"").first().suggestion, "remove the quotes");
  EXPECT_EQ(listener("tls: tRue").first().code, "wrong_type");
  EXPECT_EQ(listener("tls: 1").first().message, "expected true or false, found the number 1");
}

TEST(Decode, ListsRefuseScalarsWithAHint) {
  const Decoded d("colours: red\n");
  EXPECT_EQ(d.first().code, "wrong_type");
  EXPECT_EQ(d.first().suggestion, "write [red]");
  EXPECT_EQ(Decoded("colours: []").first().code, "empty_value");
  EXPECT_EQ(Decoded("listeners: {name: x}").first().message, "expected a list, found a mapping");
  EXPECT_THAT(Decoded("colours: [red, gren, ~]").said(),
              testing::ElementsAre("bad_choice colours[1]", "wrong_type colours[2]"));
  EXPECT_EQ(Decoded("listeners: [~]").first().path, "listeners[0]");
}

TEST(Decode, MapsCheckEveryMember) {
  EXPECT_THAT(Decoded("weights: {a: 101, b.c: x}").said(),
              testing::ElementsAre("out_of_range weights.a", "wrong_type weights[\"b.c\"]"));
  EXPECT_THAT(Decoded("named: {one: }").said(),
              testing::ElementsAre("missing_key named.one.name", "missing_key named.one.port"));
  EXPECT_EQ(Decoded("weights: [1]").first().message, "expected a mapping, found a list");
}

TEST(Decode, CustomScalarsSayWhatTheyExpect) {
  EXPECT_EQ(Decoded("context: 12Q").first().code, "bad_value");
  EXPECT_EQ(Decoded("context: 12Q").first().message, "\"12Q\" is not a token count");
  EXPECT_EQ(Decoded("context: [1]").first().message, "expected a token count such as 32K, found a list");
  EXPECT_EQ(listener("timeout: 300").first().message, "\"300\" is not a duration; say the unit");
}

TEST(Decode, AnAliasIsTheSameKey) {
  EXPECT_EQ(listener("request_timeout: 5s").root.listeners[1].timeout.value, std::chrono::seconds(5));
  EXPECT_THAT(listener("request_timeout: 5x").said(), testing::ElementsAre("bad_value listeners[1].request_timeout"));
  const Decoded both = listener("timeout: 4s\n  request_timeout: 5s");
  EXPECT_THAT(both.said(), testing::ElementsAre("duplicate_key listeners[1].request_timeout"));
  EXPECT_EQ(both.root.listeners[1].timeout.value, std::chrono::seconds(4));
}

TEST(Decode, ReservedKeysWarnOnceAndAreStillChecked) {
  const Decoded d(
      "observability:\n  tracing: {enabled: 1, exporter: {endpont: x}}\n  labels: {free: {value: 1, valu: 2}}\n  "
      "other: [x]\n");
  EXPECT_THAT(d.said(),
              testing::ElementsAre("unsupported observability", "unknown_key observability.tracing.exporter.endpont",
                                   "unknown_key observability.labels.free.valu"));
  EXPECT_EQ(d.diagnostics.items()[1].suggestion, "did you mean \"endpoint\"?");
  EXPECT_THAT(Decoded("security: {tls: {cert: c}}").said(), testing::ElementsAre("unsupported_protective security"));
  EXPECT_THAT(Decoded("security: {tls: on}").said(),
              testing::ElementsAre("unsupported_protective security", "wrong_type security.tls"));
  EXPECT_TRUE(Decoded("security: {tls: }").diagnostics.ok());
}

TEST(Decode, AnUnsupportedFieldIsStillDecoded) {
  const Decoded d("audit: true");
  EXPECT_THAT(d.said(), testing::ElementsAre("unsupported_protective audit"));
  EXPECT_TRUE(d.root.audit);
  EXPECT_THAT(Decoded("audit: maybe").said(), testing::ElementsAre("unsupported_protective audit", "wrong_type audit"));
}

TEST(Decode, RemovedKeysSayWhatToWrite) {
  const Decoded d("vllm_endpoints: []");
  EXPECT_THAT(d.said(), testing::ElementsAre("removed_key vllm_endpoints"));
  EXPECT_EQ(d.first().suggestion, "providers.models[].backend_refs");
}

TEST(Decode, TaggedObjectsFollowTheirTag) {
  EXPECT_THAT(Decoded("plugins: [{type: cache, configuration: {treshold: 1}}]").said(),
              testing::ElementsAre("missing_key plugins[0].configuration.threshold",
                                   "unknown_key plugins[0].configuration.treshold"));
  EXPECT_THAT(Decoded("plugins: [{type: cache}]").said(),
              testing::ElementsAre("missing_key plugins[0].configuration.threshold"));
  EXPECT_THAT(Decoded("plugins: [{type: cache, configuration: 5}]").said(),
              testing::ElementsAre("wrong_type plugins[0].configuration"));
  const Decoded unknown("plugins: [{type: cach, configuration: {x: 1}}]");
  EXPECT_THAT(unknown.said(), testing::ElementsAre("bad_choice plugins[0].type"));
  EXPECT_EQ(unknown.first().suggestion, "did you mean \"cache\"?");
  EXPECT_EQ(unknown.root.plugins[0].configuration, nullptr);
  EXPECT_THAT(Decoded("plugins: [{configuration: {x: 1}}]").said(),
              testing::ElementsAre("missing_key plugins[0].type"));
}

TEST(Decode, AnUnsupportedAlternativeWarnsAndIsChecked) {
  EXPECT_THAT(Decoded("plugins: [{type: rag, configuration: {enabled: 1, backend: {ur: x}}}]").said(),
              testing::ElementsAre("unsupported plugins[0].type", "unknown_key plugins[0].configuration.backend.ur"));
  EXPECT_THAT(Decoded("plugins: [{type: guard, configuration: {what: ever}}]").said(),
              testing::ElementsAre("unsupported_protective plugins[0].type"));
}

TEST(Decode, TheRootMustBeAMapping) {
  EXPECT_EQ(Decoded("[a]").first().message, "expected a mapping of keys, found a list");
  EXPECT_EQ(Decoded("just text").first().code, "wrong_type");
}

TEST(Decode, AtASubtreePathsContinue) {
  Document document;
  Diagnostics diagnostics(&document);
  ASSERT_TRUE(parse_yaml("outer:\n  inner: {name: x}\n", 0, {}, document.root, diagnostics));
  test::Listener target;
  decode_at(document.nearest("outer.inner"), "outer.inner", ref(target), diagnostics);
  EXPECT_EQ(target.path, "outer.inner");
  ASSERT_EQ(diagnostics.items().size(), 1u);
  EXPECT_EQ(diagnostics.items()[0].path, "outer.inner.port");
  EXPECT_EQ(diagnostics.items()[0].line, 2u);
}

TEST(Decode, ASubstitutedPlainScalarIsTyped) {
  Document document;
  Diagnostics diagnostics(&document);
  ASSERT_TRUE(parse_yaml("limit: ${N}\n", 0, {}, document.root, diagnostics));
  substitute_environment(
      document.root, [](const std::string&) { return std::optional<std::string>("42"); }, UnsetVariable::error,
      diagnostics);
  Root root;
  decode(document, ref(root), diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_EQ(root.limit, 42);
}

TEST(Decode, SecretsNeverAppearInMessages) {
  for (const char* line : {"token: [hunter2]", "token: {hunter2: hunter2}", "token: ~"}) {
    for (const Diagnostic& item : listener(line).diagnostics.items()) {
      EXPECT_THAT(to_text(item), testing::Not(testing::HasSubstr("hunter2")));
    }
  }
}

struct Secrets {
  std::vector<std::string> words;
  int pin = 0;
  TokenCount count;
};
void describe(Visitor& v, Secrets& x) {
  static constexpr auto kWords = std::to_array<std::string_view>({"alpha"});
  v.object("Secrets", "Secret scalars of several types.");
  v.field("words", x.words, {.choices = kWords, .secret = true});
  v.field("pin", x.pin, {.min = 1, .max = 9, .secret = true});
  v.field("count", x.count, {.secret = true});
}

TEST(Decode, SecretsOfAnyTypeStayOut) {
  for (const char* yaml : {"words: hunter2", "words: [hunter2]", "pin: hunter2", "pin: 727272", "pin: 7272727272727",
                           "count: hunter2", "pin: \"727272\""}) {
    Document document;
    Diagnostics diagnostics(&document);
    ASSERT_TRUE(parse_yaml(yaml, 0, {}, document.root, diagnostics));
    Secrets target;
    decode(document, ref(target), diagnostics);
    ASSERT_EQ(diagnostics.errors(), 1u) << yaml;
    EXPECT_THAT(to_text(diagnostics.items()[0]),
                testing::Not(testing::AnyOf(testing::HasSubstr("hunter2"), testing::HasSubstr("7272"))))
        << yaml;
  }
}

TEST(Decode, SecretPathsCoverFieldsShapesAndWhatIsNotUnderstood) {
  const Decoded d(R"(
listeners: [{name: a, port: 1, token: t, api_keys: [{name: n, key: k}]}]
plugins: [{type: rag, configuration: {backend: {password: p}}}, {type: nonsense, configuration: {x: 1}}]
security: {tls: {cert: c, key: k}}
api_kye: sk-misspelt
)");
  EXPECT_THAT(secret_paths(d.document, ref(const_cast<Root&>(d.root))),
              testing::UnorderedElementsAre("listeners[0].token", "listeners[0].api_keys[0].key",
                                            "plugins[0].configuration.backend.password", "plugins[1].configuration",
                                            "security.tls.key", "api_kye"));
}

}  // namespace
}  // namespace signalbox::config
