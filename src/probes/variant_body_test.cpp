#include "probes/variant_body.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "probes/test_support.h"

namespace signalbox::probes {
namespace {

using Json = nlohmann::ordered_json;

// The body of a file's first variant.
Json body_of(const std::string& variant, const std::string& model = "") {
  const ProbeFile file = test::probes("decisions: [{id: a, variants: [{id: v, " + variant + "}]}]");
  if (file.decisions.empty()) return {};
  const auto body = variant_body(file.fixtures, model, file.decisions[0].variants[0]);
  return body ? Json::parse(*body) : Json(body.error().message);
}

TEST(VariantBody, QueryModelAndTools) {
  EXPECT_EQ(body_of("query: \"say \\\"hi\\\"\""), Json::parse(R"({"text":"say \"hi\""})"));
  EXPECT_EQ(body_of("query: q, tools: [{type: function, function: {name: f}}]", "auto"),
            Json::parse(R"({"model":"auto","text":"q","tools":[{"type":"function","function":{"name":"f"}}]})"));
}

TEST(VariantBody, RepeatAndPaddingAreJoinedByNewlines) {
  EXPECT_EQ(body_of("query: q, repeat: 3")["text"], "q\nq\nq");
  EXPECT_EQ(body_of("query: q, padding: {text: p, repeat: 2, placement: before}")["text"], "p\np\nq");
  EXPECT_EQ(body_of("query: q, padding: {text: p, repeat: 2, placement: after}")["text"], "q\np\np");
  EXPECT_EQ(body_of("query: q, repeat: 2, padding: {text: p, repeat: 4, placement: around}")["text"],
            "p\np\nq\nq\np\np");
}

TEST(VariantBody, MessagesKeepTheirTypes) {
  EXPECT_EQ(
      body_of("messages: [{role: user, content: hi}, {role: assistant, content: null}, {role: user, content: \"5\"}]"),
      Json::parse(R"({"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null},
                            {"role":"user","content":"5"}]})"));
}

TEST(VariantBody, GeneratedTextBringsAMessageToItsSize) {
  const Json body = body_of(
      "messages: [{role: user, content: hello}], generated_text: {target_text_bytes: 12, content_index: 1, character: "
      "z}");
  EXPECT_EQ(body["messages"][0]["content"],
            Json::parse(R"([{"type":"text","text":"hello"},{"type":"text","text":"zzzzzzz"}])"));
  const Json first = body_of(
      "messages: [{role: user, content: [{type: text, text: ab}]}], generated_text: {target_text_bytes: 6, character: "
      "é}");
  EXPECT_EQ(first["messages"][0]["content"][0]["text"], "éé");
}

TEST(VariantBody, GeneratedTextWithoutAPlaceIsAnError) {
  const auto refused = [](const std::string& generated) {
    return test::findings("decisions: [{id: a, variants: [{id: v, messages: [{role: user, content: hello}], " +
                          std::string("generated_text: {") + generated + "}}]}]");
  };
  EXPECT_NE(refused("target_text_bytes: 9, message_index: 1").find("no such message"), std::string::npos);
  EXPECT_NE(refused("target_text_bytes: 9, content_index: 2").find("content_index is beyond"), std::string::npos);
  EXPECT_NE(refused("target_text_bytes: 9, character: zz").find("character is one character"), std::string::npos);
  EXPECT_NE(refused("target_text_bytes: 5").find("5 bytes of text already"), std::string::npos);
}

TEST(VariantBody, AFixtureBecomesADataUri) {
  Fixtures fixtures;
  fixtures.images["pic"] = {
      .path = "", .description = "", .media_type = "image/png", .data_base64 = "AAAA", .sha256 = ""};
  Variant variant;
  config::Diagnostics diagnostics;
  config::Node message;
  ASSERT_TRUE(
      config::parse_yaml("{role: user, content: [{type: text, text: see}, {type: image_fixture, fixture: pic}]}", 0, {},
                         message, diagnostics));
  variant.messages.emplace().push_back({message});
  const auto body = variant_body(fixtures, "", variant);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(Json::parse(*body)["messages"][0]["content"][1],
            Json::parse(R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})"));
}

}  // namespace
}  // namespace signalbox::probes
