#include "router/unjudged_guard.h"

#include <gtest/gtest.h>

#include "protocol/request.h"
#include "router/judge.h"
#include "router/load.h"

namespace signalbox::router {
namespace {

const config::Environment kNoEnvironment = [](const std::string&) { return std::nullopt; };

std::string recipe(const std::string& version, const std::string& more_signals, const std::string& more_decisions) {
  return "version: " + version + R"(
providers: {defaults: {default_model: m}}
routing:
  modelCards: [{name: m}]
  signals:
    keywords: [{name: passport, scope: image_text, operator: OR, keywords: [passport]}]
)" + more_signals +
         R"(
  decisions:
    - {name: document, rules: {type: keyword, name: passport, on_unknown: no_match}, modelRefs: [{model: m}]}
)" + more_decisions;
}

constexpr std::string_view kRemotePicture =
    R"({"model":"auto","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x.example/p.png"}}]}]})";

std::string unjudged_of(const std::string& yaml, std::string_view body) {
  const Loaded loaded = load_text(yaml, "test.yaml", kNoEnvironment);
  EXPECT_TRUE(loaded.snapshot) << (loaded.diagnostics->items().empty() ? "" : to_text(loaded.diagnostics->items()[0]));
  const auto request = protocol::parse_openai_chat(body);
  EXPECT_TRUE(request);
  const evidence::Evidence evidence = evidence::from_request(*request);
  return judge_request(*loaded.snapshot, request->model, evidence, {}).unjudged;
}

bool warns(const std::string& yaml, const std::string& code) {
  const Loaded loaded = load_text(yaml, "test.yaml", kNoEnvironment);
  for (const config::Diagnostic& diagnostic : loaded.diagnostics->items()) {
    if (diagnostic.code == code) return true;
  }
  return false;
}

TEST(UnjudgedGuard, PictureByUrlIsRefusedUnderV1) {
  EXPECT_EQ(unjudged_of(recipe("v1", "", ""), kRemotePicture), "remote_url");
}

TEST(UnjudgedGuard, ADecisionThatReadsUnjudgedTakesOver) {
  const std::string yaml =
      recipe("v1", "    unjudged: [{name: unread}]\n",
             "    - {name: unread, rules: {type: unjudged, name: unread}, modelRefs: [{model: m}]}\n");
  EXPECT_EQ(unjudged_of(yaml, kRemotePicture), "");
}

TEST(UnjudgedGuard, V03WarnsAndLetsPass) {
  EXPECT_EQ(unjudged_of(recipe("v0.3", "", ""), kRemotePicture), "");
  EXPECT_TRUE(warns(recipe("v0.3", "", ""), "unjudged_not_read"));
}

// Nobody reads documents here, so a PDF is unread; a text file has to be told apart by its reader, too.
TEST(UnjudgedGuard, DocumentsAreHeldLikePictures) {
  const auto with_file = [](std::string_view type) {
    return R"({"model":"auto","messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"data:)" +
           std::string(type) + R"(;base64,QQ=="}}]}]})";
  };
  EXPECT_EQ(unjudged_of(recipe("v1", "", ""), with_file("application/pdf")), "reader_missing");
  EXPECT_EQ(unjudged_of(recipe("v1", "", ""), with_file("application/zip")), "document");
  EXPECT_EQ(unjudged_of(recipe("v0.3", "", ""), with_file("application/pdf")), "");
}

TEST(UnjudgedGuard, TextPassesUnderV1) {
  EXPECT_EQ(unjudged_of(recipe("v1", "", ""), R"({"model":"auto","messages":[{"role":"user","content":"hi"}]})"), "");
}

}  // namespace
}  // namespace signalbox::router
