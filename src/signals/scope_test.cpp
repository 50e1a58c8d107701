#include "signals/scope.h"

#include <gtest/gtest.h>

#include <thread>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using test::Subject;

class ScopeOf {
 public:
  explicit ScopeOf(const Subject& subject)
      : images_(subject.evidence, subject.reader.get(), std::chrono::steady_clock::time_point::max()),
        documents_(subject.evidence, subject.document_reader.get(), std::chrono::steady_clock::time_point::max()),
        scopes_(subject.evidence, images_, &documents_) {}
  const ScopeText& get(Scope scope) { return scopes_.get(scope); }

 private:
  evidence::ImageTexts images_;
  evidence::DocumentTexts documents_;
  TextScopes scopes_;
};

constexpr std::string_view kConversation = R"("messages":[
    {"role":"system","content":"be brief"},
    {"role":"user","content":"one"},
    {"role":"assistant","content":null,"tool_calls":[
        {"id":"1","type":"function","function":{"name":"find","arguments":"{\"q\":\"x\"}"}}]},
    {"role":"tool","tool_call_id":"1","content":"found it"},
    {"role":"user","content":[{"type":"text","text":"two"},{"type":"text","text":"three"}]}],
    "tools":[{"type":"function","function":{"name":"find","description":"Finds things"}}])";

TEST(Scope, EachTakesItsTexts) {
  const Subject subject = Subject::chat(kConversation);
  ScopeOf scope(subject);
  EXPECT_EQ(scope.get(Scope::last_user).text, "two three");
  EXPECT_EQ(scope.get(Scope::all_user).text, "one\ntwo three");
  EXPECT_EQ(scope.get(Scope::conversation).text, "be brief\none\nfound it\ntwo three");
  EXPECT_EQ(scope.get(Scope::tools).text, "find Finds things {\"q\":\"x\"}\nfound it");
  EXPECT_EQ(scope.get(Scope::image_text).text, "");
  EXPECT_TRUE(scope.get(Scope::image_text).complete);
}

TEST(Scope, ASingleTextIsNotCopied) {
  const Subject subject = Subject::text("hello");
  ScopeOf scope(subject);
  EXPECT_EQ(scope.get(Scope::last_user).text.data(), subject.evidence.texts[0].text.data());
}

TEST(Scope, LocateTurnsOffsetsIntoPlacesAndCutsAtThePiece) {
  const Subject subject = Subject::chat(kConversation);
  ScopeOf scope(subject);
  const ScopeText& text = scope.get(Scope::all_user);
  const Finding three = text.locate("w", 8, 13);
  EXPECT_TRUE(three.located);
  EXPECT_EQ(three.message, 4u);
  EXPECT_EQ(three.part, 1u);
  EXPECT_EQ(three.begin, 0u);
  EXPECT_EQ(three.end, 5u);
  const Finding across = text.locate("w", 1, 7);
  EXPECT_EQ(across.message, 1u);
  EXPECT_EQ(across.begin, 1u);
  EXPECT_EQ(across.end, 3u);
}

TEST(Scope, NoUserMessageMeansAllOtherTextButAnEmptyUserMessageIsRead) {
  const Subject none =
      Subject::chat(R"("messages":[{"role":"system","content":"a"},{"role":"assistant","content":"b"}])");
  EXPECT_EQ(ScopeOf(none).get(Scope::last_user).text, "a\nb");
  const Subject empty = Subject::chat(R"("messages":[{"role":"system","content":"a"},{"role":"user","content":""}])");
  EXPECT_EQ(ScopeOf(empty).get(Scope::last_user).text, "");
}

constexpr std::string_view kPictures = R"("messages":[{"role":"user","content":[
    {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
    {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
    {"type":"image_url","image_url":{"url":"data:image/png;base64,BBBB"}}]}])";

TEST(Scope, ImageTextNamesWhatCouldNotBeReadOnce) {
  using evidence::Unjudged;
  const Subject subject = Subject::chat(kPictures).with_pictures(
      {test::unreadable(Unjudged::remote_url), test::unreadable(Unjudged::too_large), test::picture_of("HELLO")});
  ScopeOf scope(subject);
  const ScopeText& text = scope.get(Scope::image_text);
  EXPECT_EQ(text.text, "HELLO");
  EXPECT_FALSE(text.complete);
  EXPECT_EQ(text.incomplete_why, "remote_url, too_large");
  EXPECT_EQ(text.pieces.at(0).part, 2u);
}

constexpr std::string_view kDocuments = R"("messages":[{"role":"user","content":[
    {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
    {"type":"file","file":{"filename":"secret.pdf","file_data":"data:application/pdf;base64,AAAA"}},
    {"type":"file","file":{"filename":"b.docx","file_data":"data:application/msword;base64,AAAA"}},
    {"type":"file","file":{"file_data":"data:text/plain;base64,AAAA"}}]}])";

TEST(Scope, TextOfDocumentsIsTextOfPictures) {
  using evidence::Unjudged;
  const Subject subject = Subject::chat(kDocuments)
                              .with_pictures({test::picture_of("PICTURE")})
                              .with_documents({test::document_of({"page one", "", "page three"}, "a title"),
                                               test::document_of({}), test::document_of({"plain"})});
  ScopeOf scope(subject);
  const ScopeText& text = scope.get(Scope::image_text);
  EXPECT_EQ(text.text, "PICTURE\nsecret.pdf\na title\npage one\npage three\nb.docx\nplain");
  EXPECT_FALSE(text.complete) << "the Word file goes upstream unread";
  EXPECT_EQ(text.incomplete_why, "document");
  const Finding page = text.locate("w", text.text.find("three"), text.text.find("three") + 5);
  EXPECT_EQ(page.origin, Origin::document);
  EXPECT_EQ(page.part, 0u);
  EXPECT_EQ(page.page, 3u);
  EXPECT_EQ(page.begin, 5u);
  const Finding name = text.locate("w", text.text.find("docx"), text.text.find("docx") + 4);
  EXPECT_EQ(name.part, 1u);
  EXPECT_EQ(name.page, 0u);
  const Finding plain = text.locate("w", text.text.find("plain"), text.text.size());
  EXPECT_EQ(plain.part, 2u);
  EXPECT_EQ(plain.page, 1u);
  EXPECT_EQ(subject.document_reader->reads, 1);
}

TEST(Scope, ADocumentThatNobodyReadsIsMissing) {
  const Subject subject = Subject::chat(kDocuments).with_pictures({test::picture_of("PICTURE")});
  ScopeOf scope(subject);
  EXPECT_EQ(scope.get(Scope::image_text).incomplete_why, "reader_missing, document");
  evidence::ImageTexts images(subject.evidence, subject.reader.get(), std::chrono::steady_clock::time_point::max());
  TextScopes without(subject.evidence, images);
  EXPECT_EQ(without.get(Scope::image_text).incomplete_why, "reader_missing, document");
  EXPECT_EQ(without.get(Scope::last_user).text, "");
}

TEST(Scope, WhatIsFoundInAPictureHasItsBoxes) {
  evidence::ImageText page = test::picture_of("first\nsecond\n");
  page.lines = {{.begin = 0, .end = 5, .box = {1, 2, 30, 8}, .confidence = 1},
                {.begin = 6, .end = 12, .box = {1, 12, 40, 8}, .confidence = 1}};
  const Subject subject = Subject::chat(kPictures).with_pictures(
      {test::unreadable(evidence::Unjudged::remote_url), test::picture_of("A"), page});
  ScopeOf scope(subject);
  const ScopeText& text = scope.get(Scope::image_text);
  const std::size_t second = text.text.find("second");
  const Finding one = text.locate("word", second, second + 6);
  EXPECT_EQ(one.part, 2u);
  EXPECT_EQ(one.boxes, (std::vector<evidence::Box>{{1, 12, 40, 8}}));
  EXPECT_EQ(text.locate("words", second - 6, second + 6).boxes.size(), 2u);
  EXPECT_TRUE(text.locate("A", 0, 1).boxes.empty()) << "a reader that knows no places";
}

// What was read surely enough is evidence; that it is not there proves nothing.
TEST(Scope, ADoubtfulPictureGivesItsTextAndIsIncomplete) {
  evidence::ImageText doubtful = test::picture_of("legible");
  doubtful.unjudged = evidence::Unjudged::low_confidence;
  const Subject subject = Subject::chat(kPictures).with_pictures(
      {test::unreadable(evidence::Unjudged::decode_failed), test::picture_of("A"), doubtful});
  ScopeOf scope(subject);
  const ScopeText& text = scope.get(Scope::image_text);
  EXPECT_EQ(text.text, "A legible");
  EXPECT_FALSE(text.complete);
  EXPECT_NE(text.incomplete_why.find("low_confidence"), std::string::npos);
}

TEST(Scope, ArgumentsOfCallsAreLocated) {
  const Subject subject = Subject::chat(R"("messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[
      {"id":"1","function":{"name":"f","arguments":"ab"}},{"id":"2","function":{"name":"g","arguments":"cd"}}]}])");
  ScopeOf scope(subject);
  const ScopeText& text = scope.get(Scope::tools);
  ASSERT_EQ(text.text, "ab cd");
  const Finding finding = text.locate("w", 4, 5);
  EXPECT_TRUE(finding.located);
  EXPECT_EQ(finding.origin, Origin::call);
  EXPECT_EQ(finding.message, 1U);
  EXPECT_EQ(finding.part, 1U);
  EXPECT_EQ(finding.begin, 1U);
}

TEST(Scope, ARangeOverSeveralPiecesHasAFindingInEach) {
  const Subject subject = Subject::chat(R"("messages":[{"role":"user","content":"ab"},{"role":"user","content":"cd"},
      {"role":"user","content":"ef"}])");
  ScopeOf scope(subject);
  const std::vector<Finding> all = scope.get(Scope::all_user).locate_all("w", 1, 7);  // "b\ncd\ne"
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(std::tuple(all[0].message, all[0].begin, all[0].end), std::tuple(0U, 1U, 2U));
  EXPECT_EQ(std::tuple(all[1].message, all[1].begin, all[1].end), std::tuple(1U, 0U, 2U));
  EXPECT_EQ(std::tuple(all[2].message, all[2].begin, all[2].end), std::tuple(2U, 0U, 1U));
}

TEST(Scope, ReadingCostsOnlyWhenThereIsAPictureToRead) {
  EXPECT_EQ(scope_cost(Scope::image_text, Subject::chat(R"("messages":[{"role":"user","content":[
                           {"type":"file","file":{"file_data":"data:text/plain;base64,AAAA"}}]}])")
                                              .evidence),
            Cost::image);
  EXPECT_EQ(scope_cost(Scope::image_text, Subject::text("x").evidence), Cost::scan);
  EXPECT_EQ(scope_cost(Scope::image_text, Subject::chat(kPictures).evidence), Cost::image);
  EXPECT_EQ(scope_cost(Scope::last_user, Subject::chat(kPictures).evidence), Cost::scan);
  const Subject remote = Subject::chat(
      R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e.org/a.png"}}]}])");
  EXPECT_EQ(scope_cost(Scope::image_text, remote.evidence), Cost::scan);
}

TEST(Scope, ManyThreadsSeeOneTextAndPicturesAreReadOnce) {
  const Subject subject = Subject::chat(kPictures).with_pictures(
      {test::unreadable(evidence::Unjudged::remote_url), test::picture_of("A"), test::picture_of("B")});
  ScopeOf scope(subject);
  std::vector<const ScopeText*> seen(8);
  {
    std::vector<std::jthread> threads;
    for (const ScopeText*& text : seen) threads.emplace_back([&] { text = &scope.get(Scope::image_text); });
  }
  for (const ScopeText* text : seen) EXPECT_EQ(text->text, "A B");
  EXPECT_EQ(subject.reader->reads, 1);
}

}  // namespace
}  // namespace signalbox::signals
