#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/load.h"

namespace signalbox::config {
namespace {

// A parsed text with everything that was said about it.
struct Parsed {
  explicit Parsed(std::string_view text, const ParseLimits& limits = {}) : diagnostics(&document) {
    document.files = {"f"};
    usable = parse_yaml(text, 0, limits, document.root, diagnostics);
  }
  const Diagnostic& first() const {
    static const Diagnostic none;
    return diagnostics.items().empty() ? none : diagnostics.items().front();
  }
  std::string place() const { return std::to_string(first().line) + ":" + std::to_string(first().column); }

  Document document;
  Diagnostics diagnostics;
  bool usable = false;
};

std::string at(const Parsed& parsed, std::string_view path) {
  return parsed.document.nearest(path).scalar;
}

TEST(Yaml, ScalarsKeepTheirQuotes) {
  const Parsed p("a: 8\nb: \"8\"\nc: '8'\nd: |\n  8\ne: ~\nf:\ng: null\n");
  ASSERT_TRUE(p.usable);
  EXPECT_FALSE(p.document.nearest("a").quoted);
  EXPECT_TRUE(p.document.nearest("b").quoted);
  EXPECT_TRUE(p.document.nearest("c").quoted);
  EXPECT_TRUE(p.document.nearest("d").quoted);
  for (const char* key : {"e", "f", "g"}) EXPECT_TRUE(p.document.nearest(key).is_null()) << key;
}

TEST(Yaml, MarksAreOneBased) {
  const Parsed p("a:\n  - b: 1\n");
  const Node& list = p.document.nearest("a");
  EXPECT_EQ(list.mark.line, 2u);
  EXPECT_EQ(list.mark.column, 3u);
  EXPECT_EQ(list.items[0].entries[0].key_mark.column, 5u);
  EXPECT_EQ(list.items[0].entries[0].value.mark.column, 8u);
}

TEST(Yaml, ADuplicateKeyNamesThePlaceOfTheFirst) {
  const Parsed p("top:\n  a: 1\n  b: 2\n  a: 3\n");
  EXPECT_TRUE(p.usable) << "the tree is usable, so that the rest of the file is checked too";
  ASSERT_EQ(p.diagnostics.errors(), 1u);
  EXPECT_EQ(p.first().code, "duplicate_key");
  EXPECT_EQ(p.first().path, "top.a");
  EXPECT_EQ(p.place(), "4:3");
  EXPECT_THAT(p.first().message, testing::HasSubstr("line 2, column 3"));
  EXPECT_EQ(at(p, "top.a"), "1");
}

TEST(Yaml, AliasesAreExpanded) {
  const Parsed p("base: &b {x: 1}\nkey: &k name\ncopy: *b\n*k : named\n");
  ASSERT_TRUE(p.usable);
  EXPECT_EQ(at(p, "copy.x"), "1");
  EXPECT_EQ(at(p, "name"), "named");
}

TEST(Yaml, ARecursiveAliasIsRefused) {
  const Parsed p("a: &a\n  b: *a\n");
  EXPECT_FALSE(p.usable);
  EXPECT_EQ(p.first().code, "recursive_alias");
  EXPECT_EQ(p.place(), "2:6");
}

TEST(Yaml, AnUndefinedAliasIsRefused) {
  const Parsed p("a: *nowhere\n");
  EXPECT_EQ(p.first().code, "yaml_syntax");
  EXPECT_THAT(p.first().message, testing::HasSubstr("not defined"));
}

TEST(Yaml, BillionLaughsEndsAtTheNodeLimit) {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  const Parsed p(text);
  EXPECT_FALSE(p.usable);
  EXPECT_EQ(p.first().code, "too_many_nodes");
}

TEST(Yaml, ManyCopiesOfOneLongTextEndAtTheByteLimit) {
  std::string text = "a: &a " + std::string(5000, 'x') + "\nb:\n";
  for (int i = 0; i < 200; ++i) text += "  - *a\n";
  const Parsed p(text, {.max_bytes = 20'000});
  EXPECT_FALSE(p.usable);
  EXPECT_EQ(p.first().code, "too_many_nodes");
}

TEST(Yaml, AliasesCannotHideDepth) {
  std::string text = "a0: &a0 [[[[x]]]]\n";
  for (int i = 1; i < 30; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [[[[*a" + std::to_string(i - 1) + "]]]]\n";
  }
  const Parsed p(text);
  EXPECT_FALSE(p.usable);
  EXPECT_EQ(p.first().code, "too_deep");
}

TEST(Yaml, MergeKeysFillWhatIsNotWritten) {
  const Parsed p("d: &d {x: 1, y: 2}\ne: &e {y: 3, z: 4}\nm:\n  y: 9\n  <<: [*d, *e]\nn:\n  <<: *d\n  x: own\n");
  ASSERT_TRUE(p.usable);
  EXPECT_TRUE(p.diagnostics.ok());
  EXPECT_EQ(at(p, "m.x"), "1");
  EXPECT_EQ(at(p, "m.y"), "9") << "a key written out wins";
  EXPECT_EQ(at(p, "m.z"), "4");
  EXPECT_EQ(at(p, "n.x"), "own") << "also when it stands after the merge";
  EXPECT_EQ(p.document.mark_of("m.x").line, 1u) << "a merged key is marked where it was written";
}

TEST(Yaml, TheEarlierMergeSourceWins) {
  const Parsed p("d: &d {y: 2}\ne: &e {y: 3}\nm:\n  <<: [*d, *e]\n");
  EXPECT_EQ(at(p, "m.y"), "2");
}

TEST(Yaml, BadMergesAreErrors) {
  EXPECT_EQ(Parsed("a:\n  <<: 5\n").first().code, "bad_merge");
  EXPECT_EQ(Parsed("a:\n  <<: [{x: 1}, 5]\n").first().code, "bad_merge");
  EXPECT_EQ(Parsed("a:\n  <<: {x: 1}\n  <<: {y: 1}\n").first().code, "duplicate_key");
}

TEST(Yaml, AQuotedMergeKeyIsAnOrdinaryKey) {
  const Parsed p("a:\n  \"<<\": 5\n  <<: {x: 1}\n");
  EXPECT_TRUE(p.diagnostics.ok());
  EXPECT_EQ(at(p, "a.<<"), "5");
  EXPECT_EQ(at(p, "a.x"), "1");
}

TEST(Yaml, KeysMustBeText) {
  EXPECT_EQ(Parsed("? [a]\n: b\n").first().code, "bad_key");
  EXPECT_EQ(Parsed("{a: b}: c\n").first().code, "bad_key");
  EXPECT_EQ(Parsed("a: &m {x: 1}\n*m : c\n").first().code, "bad_key");
  EXPECT_EQ(Parsed("null: c\n").first().code, "bad_key");
  const Parsed p("1: one\ntrue: yes\n");
  EXPECT_TRUE(p.diagnostics.ok());
  EXPECT_EQ(at(p, "true"), "yes");
}

TEST(Yaml, ASecondDocumentIsRefused) {
  const Parsed p("---\na: 1\n---\nb: 2\n");
  EXPECT_FALSE(p.usable);
  EXPECT_EQ(p.first().code, "second_document");
  EXPECT_EQ(p.first().line, 3u);
  EXPECT_TRUE(Parsed("---\na: 1\n...\n").usable);
}

TEST(Yaml, TextAfterTheRootIsRefused) {
  const Parsed p("- a\nb: 1\n");
  EXPECT_EQ(p.first().code, "second_document");
  EXPECT_THAT(p.first().message, testing::HasSubstr("does not belong"));
}

TEST(Yaml, CoreTagsAreHonoured) {
  const Parsed p("a: !!str 8\nb: !!int \"8\"\nc: !!str\nd: !!null ~\ne: !!map {x: 1}\nf: !!seq [1]\ng: ! 8\n");
  ASSERT_TRUE(p.diagnostics.ok());
  EXPECT_TRUE(p.document.nearest("a").quoted);
  EXPECT_FALSE(p.document.nearest("b").quoted);
  EXPECT_TRUE(p.document.nearest("c").is_scalar());
  EXPECT_TRUE(p.document.nearest("d").is_null());
  EXPECT_TRUE(p.document.nearest("g").quoted);
}

TEST(Yaml, OtherTagsAreRefused) {
  for (const char* text : {"a: !foo x", "a: !!binary x", "a: !!set {x}", "a: !!str [x]", "a: !<tag:x> y", "a: !!seq x",
                           "a: !python/object:os.system {}"}) {
    EXPECT_EQ(Parsed(text).first().code, "unknown_tag") << text;
  }
  EXPECT_EQ(Parsed("a: !foo x\nb: !bar y\n").diagnostics.errors(), 2u) << "all of them at once";
}

TEST(Yaml, SyntaxErrorsSayWhereAndInPlainWords) {
  struct Case {
    const char* text;
    const char* place;
    const char* words;
  };
  for (const Case& c :
       {Case{"a: b: c\n", "1:5", "\":\" cannot stand here"}, Case{"a: [1, 2\n", "1:4", "[ that opens here"},
        Case{"a:\n  b: {c: 1\n", "2:6", "{ that opens here"}, Case{"k: 1\na: \"x\nb: 2\n", "2:1", "quoted text"},
        Case{"a: 1\n]\n", "2:1", "closing bracket"}, Case{"a:\n\tb: 1\n", "2:3", "tab"},
        Case{"a:\n  b: 1\n\tc: 2\n", "3:1", "tab"}, Case{"a: @x\n", "1:4", "begin with this character"},
        Case{"a:\n - b\n -c\n", "3:2", "\"key: value\""}}) {
    const Parsed p(c.text);
    EXPECT_FALSE(p.usable) << c.text;
    EXPECT_EQ(p.first().code, "yaml_syntax") << c.text;
    EXPECT_EQ(p.place(), c.place) << c.text;
    EXPECT_THAT(p.first().message, testing::HasSubstr(c.words)) << c.text;
  }
}

TEST(Yaml, BadBytesAreRefused) {
  EXPECT_EQ(Parsed("a: \xff\n").first().code, "invalid_encoding");
  EXPECT_EQ(Parsed("a: 1\nb: \xc0\xaf\n").place(), "2:4");
  EXPECT_EQ(Parsed("\xff\xfe"
                   "a\0:\0")
                .first()
                .code,
            "invalid_encoding")
      << "UTF-16";
  EXPECT_EQ(Parsed(std::string_view("a: x\0y\n", 7)).first().code, "control_character");
  EXPECT_TRUE(Parsed("\xef\xbb\xbf"
                     "a: 1\n")
                  .usable)
      << "a byte order mark is harmless";
}

// yaml-cpp takes 0x04 for the end of the input: everything after it would silently be left out.
TEST(Yaml, AControlCharacterCannotCutTheFileShort) {
  EXPECT_EQ(Parsed("a: 1\n\x04\nb: 2\n").first().code, "control_character");
}

// yaml-cpp overlooks open quotes when the file ends in a line break; the rest of the file was then one text.
TEST(Yaml, OpenQuotesAreNotedBeforeAFinalLineBreak) {
  for (const char* text : {"a: \"x\n", "a: 'x\n", "a: \"x\r\n", "a: \"x", "a: \"x\n\n\n", "- \"x\n", "\"x\n"}) {
    const Parsed p(text);
    EXPECT_FALSE(p.usable) << text;
    EXPECT_THAT(p.first().message, testing::HasSubstr("inside a quoted text")) << text;
  }
}

TEST(Yaml, BlockTextAtTheEndKeepsItsLineBreaks) {
  EXPECT_EQ(at(Parsed("a: |\n  x\n"), "a"), "x\n");
  EXPECT_EQ(at(Parsed("a: |+\n  x\n\n"), "a"), "x\n\n");
  EXPECT_EQ(at(Parsed("a: |-\n  x\n"), "a"), "x");
  EXPECT_EQ(at(Parsed("a: >\n  x\n  y\n"), "a"), "x y\n");
  EXPECT_EQ(at(Parsed("a: |\n  x"), "a"), "x");
}

TEST(Yaml, AnEmptyFileIsAnError) {
  for (const char* text : {"", "\n\n", "# only a comment\n"}) {
    const Parsed p(text);
    EXPECT_FALSE(p.usable);
    EXPECT_TRUE(p.document.root.is_null());
    EXPECT_EQ(p.first().code, "empty_file") << text;
  }
}

TEST(Yaml, SizeIsBounded) {
  EXPECT_EQ(Parsed("a: 12345678", {.max_bytes = 5}).first().code, "file_too_large");
}

TEST(Yaml, DepthIsBoundedForEveryKindOfNesting) {
  for (const std::string unit : {"[", "{a: ", "- ", "[{", "? ", "{? "}) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += unit;
    const Parsed p(text);
    EXPECT_FALSE(p.usable);
    EXPECT_THAT(p.first().code, testing::AnyOf("too_deep", "bad_key")) << unit;
  }
  std::string indented;
  for (std::size_t i = 0; i < 500; ++i) indented += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(Parsed(indented).first().code, "too_deep");
}

TEST(Yaml, DepthCountsExactly) {
  EXPECT_TRUE(Parsed("[[[x]]]", {.max_depth = 3}).usable);
  EXPECT_EQ(Parsed("[[[x]]]", {.max_depth = 2}).first().code, "too_deep");
}

TEST(Yaml, NodesAreBounded) {
  EXPECT_EQ(Parsed("[1, 2, 3, 4]", {.max_nodes = 4}).first().code, "too_many_nodes");
}

TEST(Yaml, WindowsLineEndsAreFine) {
  const Parsed p("a: 1\r\nb: two\r\n");
  EXPECT_EQ(at(p, "b"), "two");
}

// VSR's own files. They are not part of this repository: SIGNALBOX_VSR_CONFIG names a checkout's config folder.
TEST(Yaml, EveryFileOfVsrParses) {
  const char* folder = std::getenv("SIGNALBOX_VSR_CONFIG");
  if (folder == nullptr) GTEST_SKIP() << "SIGNALBOX_VSR_CONFIG is not set";
  std::size_t files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != ".yaml") continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const Parsed p(text);
    EXPECT_TRUE(p.usable && p.diagnostics.ok()) << file.path() << " " << to_text(p.first());
    ++files;
  }
  EXPECT_GT(files, 50u);
}

}  // namespace
}  // namespace signalbox::config
