#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using enum Truth;
using evidence::Unjudged;
using test::Rules;
using test::Subject;

constexpr std::string_view kRules = R"(
- {name: anything}
- {name: remote, reasons: [remote_url]}
- {name: broken, reasons: [decode_failed, timeout], kinds: [image]}
- {name: sound, kinds: [audio]}
- {name: papers, kinds: [file], reasons: [document, file_id]}
)";

Subject with(std::string_view part) {
  return Subject::chat(R"("messages":[{"role":"user","content":[{"type":"text","text":"x"},)" + std::string(part) +
                       "]}]");
}
constexpr std::string_view kRemote = R"({"type":"image_url","image_url":{"url":"https://example.com/a.png"}})";
constexpr std::string_view kInline = R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})";
constexpr std::string_view kAudio = R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})";
constexpr std::string_view kFile =
    R"({"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA","filename":"a.pdf"}})";

constexpr std::string_view kWord =
    R"({"type":"file","file":{"file_data":"data:application/msword;base64,AAAA","filename":"a.doc"}})";

TEST(Unjudged, TextAloneIsJudged) {
  for (const auto& [name, result] : Subject::text("x").evaluate(Rules("unjudged", kRules))) {
    EXPECT_EQ(result.truth, no_match) << name;
  }
}

TEST(Unjudged, RemotePicturesAreKnownAtOnce) {
  const Rules rules("unjudged", kRules);
  const Subject subject = with(kRemote);
  EXPECT_EQ(subject.cost(rules, 0), Cost::instant);
  const auto results = subject.evaluate(rules);
  EXPECT_EQ(results.at("anything").truth, match);
  EXPECT_EQ(results.at("anything").findings.at(0).what, "remote_url");
  EXPECT_EQ(results.at("remote").truth, match);
  EXPECT_EQ(results.at("broken").truth, no_match);
}

TEST(Unjudged, WhatOnlyReadingTellsCostsReading) {
  const Rules rules("unjudged", kRules);
  const Subject broken = with(kInline).with_pictures({test::unreadable(Unjudged::decode_failed)});
  EXPECT_EQ(broken.cost(rules, 0), Cost::image);
  EXPECT_EQ(broken.cost(rules, 1), Cost::instant) << "remote_url needs no reading";
  EXPECT_EQ(broken.cost(rules, 3), Cost::instant) << "audio needs no reading";
  const auto results = broken.evaluate(rules);
  EXPECT_EQ(results.at("anything").truth, match);
  EXPECT_EQ(results.at("broken").truth, match);
  EXPECT_EQ(results.at("remote").truth, no_match);
  const Subject fine = with(kInline).with_pictures({test::picture_of("text")});
  EXPECT_EQ(fine.evaluate(rules, "anything").truth, no_match);
}

TEST(Unjudged, NothingIsReadWhenTheAnswerIsKnown) {
  const Rules rules("unjudged", "[{name: anything}]");
  const Subject both =
      with(std::string(kRemote) + "," + std::string(kInline)).with_pictures({{}, test::picture_of("")});
  EXPECT_EQ(both.cost(rules), Cost::instant);
  EXPECT_EQ(both.evaluate(rules, "anything").truth, match);
  EXPECT_EQ(both.reader->reads, 0);
}

TEST(Unjudged, WithoutAReaderPicturesAreUnjudged) {
  const Rules rules("unjudged", "[{name: missing, reasons: [ocr_missing]}]");
  EXPECT_EQ(with(kInline).evaluate(rules, "missing").truth, match);
}

TEST(Unjudged, DocumentsAreReadToKnow) {
  const Rules rules("unjudged", R"([{name: anything}, {name: locked, kinds: [file], reasons: [unsupported_format]},
                                    {name: pictures, kinds: [image]}])");
  const Subject locked = with(kFile).with_documents({test::unreadable_document(Unjudged::unsupported_format)});
  EXPECT_EQ(locked.cost(rules, 0), Cost::image);
  EXPECT_EQ(locked.cost(rules, 2), Cost::instant) << "no picture is there";
  const auto results = locked.evaluate(rules);
  EXPECT_EQ(results.at("anything").truth, match);
  EXPECT_EQ(results.at("locked").truth, match);
  EXPECT_EQ(results.at("locked").findings.at(0).what, "unsupported_format");
  EXPECT_EQ(results.at("locked").findings.at(0).part, 1u);
  EXPECT_EQ(results.at("pictures").truth, no_match);
  const Subject fine = with(kFile).with_documents({test::document_of({"text"})});
  EXPECT_EQ(fine.evaluate(rules, "anything").truth, no_match);
}

TEST(Unjudged, WithoutAReaderDocumentsAreUnjudged) {
  const Rules rules("unjudged", "[{name: missing, kinds: [file], reasons: [reader_missing]}]");
  EXPECT_EQ(with(kFile).evaluate(rules, "missing").truth, match);
}

TEST(Unjudged, SoundsAndPapers) {
  const Rules rules("unjudged", kRules);
  EXPECT_EQ(with(kAudio).evaluate(rules, "sound").truth, match);
  EXPECT_EQ(with(kAudio).evaluate(rules, "papers").truth, no_match);
  EXPECT_EQ(with(kWord).evaluate(rules, "papers").truth, match);
  EXPECT_EQ(with(kWord).cost(rules, 4), Cost::instant);
  EXPECT_EQ(with(kFile).evaluate(rules, "papers").truth, no_match) << "a PDF is of a type that is read";
  EXPECT_EQ(with(R"({"type":"hologram","data":"x"})").evaluate(rules, "anything").truth, match);
}

}  // namespace
}  // namespace signalbox::signals
