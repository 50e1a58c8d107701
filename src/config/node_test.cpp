#include "config/node.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "config/path.h"

namespace signalbox::config {
namespace {

Document document_of(std::string_view yaml) {
  Document document;
  document.files = {"a.yaml"};
  Diagnostics diagnostics(&document);
  EXPECT_TRUE(parse_yaml(yaml, 0, {}, document.root, diagnostics));
  EXPECT_TRUE(diagnostics.ok());
  return document;
}

TEST(Node, FindsAMember) {
  const Document document = document_of("a: 1\nb: 2\n");
  ASSERT_NE(document.root.find("b"), nullptr);
  EXPECT_EQ(document.root.find("b")->scalar, "2");
  EXPECT_EQ(document.root.find("c"), nullptr);
  EXPECT_EQ(document.root.find("a")->find("x"), nullptr);
}

TEST(Path, JoinsMembersAndIndexes) {
  EXPECT_EQ(join("", "a"), "a");
  EXPECT_EQ(join("a.b", "c"), "a.b.c");
  EXPECT_EQ(join("a", std::size_t{2}), "a[2]");
  EXPECT_EQ(join("", std::size_t{2}), "[2]");
  EXPECT_EQ(join("a", "b.c"), "a[\"b.c\"]");
  EXPECT_EQ(join("", "x[0]"), "[\"x[0]\"]");
  EXPECT_EQ(join("a", ""), "a[\"\"]");
}

TEST(Path, EveryJoinedKeyIsReadBack) {
  for (const std::string key :
       {"plain", "a.b", "x[0]", "", "quo\"te", "back\\slash", "line\nbreak", "[\"a\"]", "0", "ü"}) {
    const std::string text = join(join("top", key), std::size_t{3});
    PathReader again(text);
    ASSERT_EQ(again.next()->member, "top");
    const auto step = again.next();
    ASSERT_TRUE(step) << text;
    EXPECT_FALSE(step->is_index);
    EXPECT_EQ(step->member, key);
    EXPECT_EQ(again.next()->index, 3u);
    EXPECT_TRUE(again.at_end());
  }
}

TEST(Path, TextThatIsNoPathEndsTheWalk) {
  for (const std::string_view text : {".", "a..b", "a[", "a[x]", "a[\"b", "a]", "a[99999999999999999999]", "a[]"}) {
    PathReader reader(text);
    int steps = 0;
    while (!reader.at_end() && reader.next()) ASSERT_LT(++steps, 10);
    EXPECT_LE(steps, 2) << text;
  }
}

TEST(Document, NearestReachesTheNodeItself) {
  const Document document = document_of("a:\n  b:\n    - x\n    - {c: deep}\n\"k.1\": {\"z[0]\": odd}\n");
  bool exact = false;
  EXPECT_EQ(document.nearest("a.b[1].c", &exact).scalar, "deep");
  EXPECT_TRUE(exact);
  EXPECT_EQ(document.nearest("[\"k.1\"][\"z[0]\"]", &exact).scalar, "odd");
  EXPECT_TRUE(exact);
}

TEST(Document, NearestFallsBackToTheAncestor) {
  const Document document = document_of("a:\n  b:\n    - x\n");
  bool exact = true;
  EXPECT_TRUE(document.nearest("a.b[7].c", &exact).is_sequence());
  EXPECT_FALSE(exact);
  EXPECT_TRUE(document.nearest("nothing", &exact).is_mapping());
  EXPECT_FALSE(exact);
}

TEST(Document, MarksAreThoseOfTheKey) {
  const Document document = document_of("a:\n  b:\n    - x\n    - c: deep\n");
  EXPECT_EQ(document.mark_of("a.b").line, 2u);
  EXPECT_EQ(document.mark_of("a.b").column, 3u);
  EXPECT_EQ(document.mark_of("a.b[1].c").line, 4u);
  EXPECT_EQ(document.mark_of("a.b[1].c").column, 7u);
  EXPECT_EQ(document.mark_of("a.b[0]").column, 7u);
  EXPECT_EQ(document.mark_of("a.missing").line, 1u) << "a missing member is marked at the object that lacks it";
}

}  // namespace
}  // namespace signalbox::config
