#include "evidence/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace signalbox::evidence {
namespace {

using protocol::Request;

Request parsed(std::string_view body) {
  std::expected<Request, protocol::Error> request = protocol::parse_openai_chat(body);
  if (!request) throw std::runtime_error(request.error().message);
  return std::move(*request);
}

Request conversation(std::string_view messages) {
  return parsed(R"({"model":"m","messages":[)" + std::string(messages) + "]}");
}

Request with_url(std::string_view url) {
  return conversation(R"({"role":"user","content":[{"type":"image_url","image_url":{"url":")" + std::string(url) +
                      "\"}}]}");
}

TEST(Evidence, TextsWithRoleAndTurn) {
  const Request request = conversation(
      R"({"role":"system","content":"be brief"},{"role":"user","content":"first"},{"role":"assistant","content":"answer"},
      {"role":"user","content":[{"type":"text","text":"last"},{"type":"text","text":"one"}]},{"role":"assistant","content":"pre"})");
  const Evidence evidence = from_request(request);
  ASSERT_EQ(evidence.texts.size(), 6u);
  EXPECT_EQ(evidence.texts[0].role, Role::system);
  EXPECT_FALSE(evidence.texts[1].last_user);
  EXPECT_EQ(evidence.texts[3].text, "last");
  EXPECT_TRUE(evidence.texts[3].last_user);
  EXPECT_EQ(evidence.texts[4].part, 1u);
  EXPECT_EQ(evidence.texts[4].message, 3u);
  EXPECT_TRUE(evidence.texts[4].last_user);
  EXPECT_FALSE(evidence.texts[5].last_user);
  EXPECT_EQ(evidence.last_role, Role::assistant);
  EXPECT_EQ(evidence.roles.user, 2u);
  EXPECT_EQ(evidence.roles.total(), 5u);
  EXPECT_EQ(evidence.roles.non_user(), 3u);
  EXPECT_EQ(evidence.text_bytes, 8u + 5 + 6 + 7 + 3);
  EXPECT_EQ(evidence.last_user_bytes, 7u);
  EXPECT_TRUE(evidence.has_messages);
  EXPECT_EQ(evidence.model, "m");
}

TEST(Evidence, NothingIsCopied) {
  const Request request = conversation(R"({"role":"user","content":"plain"})");
  const Evidence evidence = from_request(request);
  const std::string_view body = request.body();
  EXPECT_GE(evidence.texts[0].text.data(), body.data());
  EXPECT_LT(evidence.texts[0].text.data(), body.data() + body.size());
}

TEST(Evidence, WithoutAUserMessageNothingIsTheLastUserText) {
  const Request request = conversation(R"({"role":"system","content":"s"},{"role":"developer","content":"d"})");
  const Evidence evidence = from_request(request);
  for (const Text& text : evidence.texts) EXPECT_FALSE(text.last_user);
  EXPECT_EQ(evidence.last_user_bytes, 0u);
  EXPECT_EQ(evidence.roles.developer, 1u);
}

TEST(Evidence, InlineImagesOfAnyMessage) {
  const Request request = conversation(
      R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}},{"type":"text","text":"?"}]},
      {"role":"tool","tool_call_id":"x","content":[{"type":"image_url","image_url":"DATA:image/jpeg;BASE64,/9j/"}]})");
  const Evidence evidence = from_request(request);
  ASSERT_EQ(evidence.images.size(), 2u);
  EXPECT_EQ(evidence.images[0].media_type, "image/png");
  EXPECT_EQ(evidence.images[0].base64, "iVBORw==");
  EXPECT_EQ(evidence.images[0].unjudged, Unjudged::none);
  EXPECT_TRUE(evidence.images[0].last_user);
  EXPECT_EQ(evidence.images[1].index, 1u);
  EXPECT_EQ(evidence.images[1].role, Role::tool);
  EXPECT_EQ(evidence.images[1].base64, "/9j/");
  EXPECT_FALSE(evidence.images[1].last_user);
  EXPECT_EQ(evidence.texts[0].part, 1u);
}

TEST(Evidence, WhatAnImageUrlTells) {
  const auto reason = [](std::string_view url) {
    const Request request = with_url(url);
    return from_request(request).images.at(0).unjudged;
  };
  EXPECT_EQ(reason("https://example.org/passport.png"), Unjudged::remote_url);
  EXPECT_EQ(reason("HTTP://example.org/x"), Unjudged::remote_url);
  EXPECT_EQ(reason("data:image/svg+xml,%3Csvg/%3E"), Unjudged::unsupported_format);
  EXPECT_EQ(reason("data:image/png;base64"), Unjudged::unsupported_format);
  EXPECT_EQ(reason("data:image/png;base64;x,AAAA"), Unjudged::unsupported_format);
  EXPECT_EQ(reason("data:base64,AAAA"), Unjudged::unsupported_format);
  EXPECT_EQ(reason("file:///etc/passwd"), Unjudged::unsupported_format);
  EXPECT_EQ(reason(" data:image/png;base64,AAAA"), Unjudged::unsupported_format);
  EXPECT_EQ(reason(""), Unjudged::unsupported_format);
  EXPECT_EQ(reason("data:image/png;charset=x;base64,AAAA"), Unjudged::none);
}

// A wrong label must not hide a picture from the reader.
TEST(Evidence, TheDeclaredMediaTypeDecidesNothing) {
  const Request request = with_url("data:text/plain;base64,iVBORw0KGgo=");
  const Evidence evidence = from_request(request);
  EXPECT_EQ(evidence.images[0].unjudged, Unjudged::none);
  EXPECT_EQ(evidence.images[0].media_type, "text/plain");
}

TEST(Evidence, RemoteUrlsAreKept) {
  const Request request = with_url("https://x/y.png");
  const Evidence evidence = from_request(request);
  EXPECT_EQ(evidence.images[0].url, "https://x/y.png");
  EXPECT_EQ(evidence.images[0].base64, "");
}

TEST(Evidence, WhatIsPassedOnUnread) {
  const Request request = conversation(
      R"({"role":"user","content":[{"type":"input_audio","input_audio":{"data":"QQ==","format":"wav"}},{"type":"file","file":{}},
      {"type":"file","file":{"file_id":"f"}},{"type":"video_url","text":"caption"},{"type":"input_file","file_url":"https://x/y.pdf"},{"type":"input_image","file_id":"i"}]})");
  const Evidence evidence = from_request(request);
  std::vector<Unjudged> reasons;
  for (const Opaque& opaque : evidence.opaque) reasons.push_back(opaque.reason);
  EXPECT_THAT(reasons, testing::ElementsAre(Unjudged::audio, Unjudged::document, Unjudged::file_id,
                                            Unjudged::unknown_part, Unjudged::remote_url));
  EXPECT_EQ(evidence.opaque[3].part, 3u);
  ASSERT_EQ(evidence.texts.size(), 1u);
  EXPECT_EQ(evidence.texts[0].text, "caption");
  ASSERT_EQ(evidence.images.size(), 1u);
  EXPECT_EQ(evidence.images[0].unjudged, Unjudged::file_id);
}

TEST(Evidence, InlineFilesAreDocuments) {
  const Request request = conversation(
      R"({"role":"user","content":"first"},{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"DATA:Application/PDF;Charset=x;name=y;BASE64,QQ=="}},
      {"type":"input_file","filename":"b.csv","file_data":"data:text/csv;base64,Qg=="},
      {"type":"file","file":{"file_data":"data:application/msword;base64,QQ=="}},{"type":"file","file":{"file_data":"QQ=="}}]})");
  const Evidence evidence = from_request(request);
  ASSERT_EQ(evidence.documents.size(), 4u);
  EXPECT_TRUE(evidence.opaque.empty());
  const Document& pdf = evidence.documents[0];
  EXPECT_EQ(pdf.media_type, "Application/PDF");
  EXPECT_EQ(pdf.parameters, "Charset=x;name=y");
  EXPECT_EQ(pdf.base64, "QQ==");
  EXPECT_EQ(pdf.name, "a.pdf");
  EXPECT_EQ(pdf.message, 1u);
  EXPECT_TRUE(pdf.last_user);
  EXPECT_EQ(pdf.unjudged, Unjudged::none);
  EXPECT_EQ(evidence.documents[1].parameters, "");
  EXPECT_EQ(evidence.documents[1].index, 1u);
  EXPECT_EQ(evidence.documents[1].part, 1u);
  EXPECT_EQ(evidence.documents[1].unjudged, Unjudged::none);
  EXPECT_EQ(evidence.documents[2].unjudged, Unjudged::document);
  EXPECT_EQ(evidence.documents[3].unjudged, Unjudged::document) << "no declared type, and none is guessed";
}

// An upstream may take the other one.
TEST(Evidence, AFileWithDataAndAnIdIsBoth) {
  const Request request = conversation(
      R"({"role":"user","content":[{"type":"file","file":{"file_id":"f","file_data":"data:application/pdf;base64,QQ=="}}]})");
  const Evidence evidence = from_request(request);
  EXPECT_EQ(evidence.documents.size(), 1u);
  ASSERT_EQ(evidence.opaque.size(), 1u);
  EXPECT_EQ(evidence.opaque[0].reason, Unjudged::file_id);
}

TEST(Evidence, TheNewestDocumentsAreLookedAt) {
  const Request request = conversation(
      R"({"role":"user","content":[{"type":"file","file":{"file_data":"data:text/plain;base64,QQ=="}},
      {"type":"file","file":{"file_data":"data:application/zip;base64,QQ=="}},
      {"type":"file","file":{"file_data":"data:text/plain;base64,QQ=="}}]})");
  Evidence evidence = from_request(request);
  limit_documents(evidence, 1);
  EXPECT_EQ(evidence.documents[0].unjudged, Unjudged::too_many);
  EXPECT_EQ(evidence.documents[1].unjudged, Unjudged::document);
  EXPECT_EQ(evidence.documents[2].unjudged, Unjudged::none);
}

TEST(Evidence, ToolsCallsAndResults) {
  const Request request = parsed(
      R"({"model":"m","tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{}}}],"metadata":{"k":"v"},"messages":[
      {"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}},{"id":"2","function":{"name":"g","arguments":"[]"}}]},
      {"role":"tool","tool_call_id":"2","content":"from g"},{"role":"tool","tool_call_id":"nobody","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
      {"role":"function","name":"old","content":"from old"},{"role":"tool","tool_call_id":"1","content":null}]})");
  const Evidence evidence = from_request(request);
  ASSERT_EQ(evidence.tools.size(), 1u);
  EXPECT_EQ(evidence.tools[0].description, "d");
  ASSERT_EQ(evidence.calls.size(), 2u);
  EXPECT_EQ(evidence.calls[1].name, "g");
  ASSERT_EQ(evidence.results.size(), 5u);
  EXPECT_EQ(evidence.results[0].name, "g");
  EXPECT_EQ(evidence.results[0].text, "from g");
  EXPECT_EQ(evidence.results[1].name, "");
  EXPECT_EQ(evidence.results[2].text, "b");
  EXPECT_EQ(evidence.results[3].name, "old");
  EXPECT_EQ(evidence.results[4].name, "f");
  EXPECT_EQ(evidence.results[4].text, "");
  EXPECT_EQ(evidence.roles.tool, 4u);
  EXPECT_EQ(evidence.texts[3].role, Role::tool);
  EXPECT_EQ(evidence.last_role, Role::tool);
  EXPECT_EQ(evidence.metadata.size(), 1u);
}

// Ids repeat across turns: a result belongs to the latest call before it.
TEST(Evidence, ARepeatedCallIdMeansTheLatestCall) {
  const Request request = conversation(
      R"({"role":"assistant","tool_calls":[{"id":"1","function":{"name":"a"}}]},{"role":"tool","tool_call_id":"1","content":"x"},
      {"role":"assistant","tool_calls":[{"id":"1","function":{"name":"b"}}]},{"role":"tool","tool_call_id":"1","content":"y"})");
  const Evidence evidence = from_request(request);
  EXPECT_EQ(evidence.results[0].name, "a");
  EXPECT_EQ(evidence.results[1].name, "b");
}

// The newest turn's are looked at first; what cannot be judged anyway takes no place.
TEST(Evidence, OlderImagesThanAreLookedAtAreTooMany) {
  Evidence evidence;
  evidence.images.resize(5);
  evidence.images[3].unjudged = Unjudged::remote_url;
  limit_images(evidence, 2);
  EXPECT_EQ(evidence.images[0].unjudged, Unjudged::too_many);
  EXPECT_EQ(evidence.images[1].unjudged, Unjudged::too_many);
  EXPECT_EQ(evidence.images[2].unjudged, Unjudged::none);
  EXPECT_EQ(evidence.images[3].unjudged, Unjudged::remote_url);
  EXPECT_EQ(evidence.images[4].unjudged, Unjudged::none);
  EXPECT_EQ(to_string(Unjudged::too_many), "too_many");
  limit_images(evidence, 0);
  EXPECT_EQ(evidence.images[4].unjudged, Unjudged::too_many);
}

TEST(Evidence, FromText) {
  Identity identity;
  identity.user = "ann";
  const Evidence evidence = from_text("Hello", identity);
  ASSERT_EQ(evidence.texts.size(), 1u);
  EXPECT_TRUE(evidence.texts[0].last_user);
  EXPECT_EQ(evidence.roles.user, 1u);
  EXPECT_EQ(evidence.last_user_bytes, 5u);
  EXPECT_EQ(evidence.identity.user, "ann");
}

TEST(Evidence, ReasonsHaveNames) {
  EXPECT_EQ(to_string(Unjudged::none), "none");
  EXPECT_EQ(to_string(Unjudged::decode_failed), "decode_failed");
  EXPECT_EQ(to_string(Unjudged::untrusted_model), "untrusted_model");
}

}  // namespace
}  // namespace signalbox::evidence
