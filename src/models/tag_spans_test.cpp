// BIO labels to spans.
#include "models/tag_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kLabels{"O", "B-PERSON", "I-PERSON", "B-EMAIL", "I-EMAIL"};
enum : std::uint32_t { O, BP, IP, BE, IE };

// Tokens of three bytes, one after the other.
Tagging tokens(std::initializer_list<std::uint32_t> labels, float probability = 0.5F) {
  Tagging tagging;
  for (const std::uint32_t label : labels) {
    const std::size_t at = tagging.tokens.size() * 3;
    tagging.tokens.push_back({at, at + 3, label, probability});
  }
  return tagging;
}

std::vector<std::string> spans_of(const Tagging& tagging, const std::string& text = std::string(60, 'x')) {
  std::vector<std::string> spans;
  for (const TaggedSpan& span : TagScheme(kLabels).spans(text, tagging)) {
    spans.push_back(span.type + " " + std::to_string(span.begin) + "-" + std::to_string(span.end));
  }
  return spans;
}

TEST(TagSpans, BBeginsAndIGoesOn) {
  EXPECT_THAT(spans_of(tokens({O, BP, IP, IP, O, BE})), ElementsAre("PERSON 3-12", "EMAIL 15-18"));
  EXPECT_THAT(spans_of(tokens({O, O})), IsEmpty());
  EXPECT_THAT(spans_of({}), IsEmpty());
}

TEST(TagSpans, ASecondBBeginsAnother) {
  EXPECT_THAT(spans_of(tokens({BP, BP, IP})), ElementsAre("PERSON 0-3", "PERSON 3-9"));
}

TEST(TagSpans, AnIOfAnotherTypeBeginsItsOwn) {
  EXPECT_THAT(spans_of(tokens({BP, IE, IE})), ElementsAre("PERSON 0-3", "EMAIL 3-9"));
  EXPECT_THAT(spans_of(tokens({O, IP, O, IP})), ElementsAre("PERSON 3-6", "PERSON 9-12"));
}

TEST(TagSpans, ConfidenceIsTheMeanOverTheTokens) {
  Tagging tagging = tokens({BP, IP, O, BE});
  tagging.tokens[0].probability = 0.9F;
  tagging.tokens[1].probability = 0.5F;
  tagging.tokens[3].probability = 0.6F;
  const std::vector<TaggedSpan> spans = TagScheme(kLabels).spans(std::string(12, 'x'), tagging);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_FLOAT_EQ(spans[0].confidence, 0.7F);
  EXPECT_FLOAT_EQ(spans[1].confidence, 0.6F);
}

TEST(TagSpans, BlanksAtTheEndsAreNotPartOfIt) {
  EXPECT_THAT(spans_of(tokens({BP, IP, O, BE}), " Ab cd ..  \n"), ElementsAre("PERSON 1-6"));
}

TEST(TagSpans, LabelsWithoutPrefixAreTypesThatGoOn) {
  const TagScheme scheme({"SUPPORTED", "HALLUCINATED"}, {"SUPPORTED", "NOT_THERE"});
  EXPECT_THAT(scheme.types(), ElementsAre("HALLUCINATED"));
  const std::vector<TaggedSpan> spans = scheme.spans(std::string(12, 'x'), tokens({0, 1, 1, 0}));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].begin, 3U);
  EXPECT_EQ(spans[0].end, 9U);
}

TEST(TagSpans, TypesAreThereOnce) {
  EXPECT_THAT(TagScheme(kLabels).types(), ElementsAre("PERSON", "EMAIL"));
}

}  // namespace
}  // namespace signalbox::models
