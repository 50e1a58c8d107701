#include "config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace signalbox::config {
namespace {

std::optional<std::string> no_variables(const std::string&) {
  return std::nullopt;
}

struct Loaded {
  explicit Loaded(const std::vector<std::pair<std::string, std::string>>& files) : diagnostics(&document) {
    std::vector<std::string> names;
    for (const auto& [name, text] : files) names.push_back(name);
    ok = load_files(names, no_variables, {}, document, diagnostics, [&](const std::string& name) {
      const auto found = std::ranges::find(files, name, &std::pair<std::string, std::string>::first);
      return found->second == "-" ? std::nullopt : std::optional(found->second);
    });
  }
  std::string at(std::string_view path) const { return document.nearest(path).scalar; }
  Document document;
  Diagnostics diagnostics;
  bool ok = false;
};

TEST(Load, LaterFilesOverrideMemberByMember) {
  const Loaded l({{"a", "x: 1\nsub: {p: 1, q: 2}\nlist: [1, 2]\n"}, {"b", "sub: {q: 3, r: 4}\nlist: [9]\nnew: n\n"}});
  ASSERT_TRUE(l.ok);
  EXPECT_EQ(l.at("x"), "1");
  EXPECT_EQ(l.at("sub.p"), "1");
  EXPECT_EQ(l.at("sub.q"), "3");
  EXPECT_EQ(l.at("sub.r"), "4");
  EXPECT_EQ(l.at("new"), "n");
  EXPECT_EQ(l.document.nearest("list").items.size(), 1u) << "lists are replaced";
}

TEST(Load, MarksKeepTheirFile) {
  const Loaded l({{"a", "x: 1\nsub: {p: 1, q: 2}\n"}, {"b", "sub: {q: 3}\n"}});
  Diagnostics diagnostics(&l.document);
  diagnostics.error("sub.p", "c", "m");
  diagnostics.error("sub.q", "c", "m");
  EXPECT_EQ(diagnostics.items()[0].file, "a");
  EXPECT_EQ(diagnostics.items()[1].file, "b");
}

TEST(Load, NullOverridesAMapping) {
  const Loaded l({{"a", "sub: {p: 1}\n"}, {"b", "sub: ~\n"}});
  EXPECT_TRUE(l.document.nearest("sub").is_null());
}

TEST(Load, EveryBrokenFileIsNamed) {
  const Loaded l({{"a", "x: [\n"}, {"b", "-"}, {"c", ""}, {"d", "- list\n"}, {"e", "ok: 1\n"}});
  EXPECT_FALSE(l.ok);
  std::vector<std::string> said;
  for (const Diagnostic& item : l.diagnostics.items()) said.push_back(item.file + ":" + item.code);
  EXPECT_THAT(said, testing::ElementsAre("a:yaml_syntax", "b:unreadable_file", "c:empty_file", "d:wrong_type"));
}

TEST(Load, TheMergedVersionDecidesAboutUnsetVariables) {
  EXPECT_TRUE(Loaded({{"a", "version: v0.3\nx: $UNSET\n"}}).diagnostics.ok());
  EXPECT_FALSE(Loaded({{"a", "version: v1\nx: $UNSET\n"}}).diagnostics.ok());
  EXPECT_FALSE(Loaded({{"a", "version: v0.3\nx: $UNSET\n"}, {"b", "version: v1\n"}}).diagnostics.ok());
  EXPECT_EQ(Loaded({{"a", "x: $UNSET\n"}}).diagnostics.warnings(), 1u);
}

TEST(Load, ReadsFilesWithinTheBound) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "signalbox_load_test";
  std::filesystem::create_directories(folder);
  const std::string good = folder / "good.yaml";
  std::ofstream(good) << "a: 1\n";
  Document document;
  Diagnostics diagnostics(&document);
  EXPECT_TRUE(load_files({good}, no_variables, {.max_bytes = 5}, document, diagnostics));
  EXPECT_FALSE(load_files({good}, no_variables, {.max_bytes = 4}, document, diagnostics));
  EXPECT_EQ(diagnostics.items().back().code, "file_too_large");
  EXPECT_FALSE(load_files({folder / "none.yaml"}, no_variables, {}, document, diagnostics));
  EXPECT_EQ(diagnostics.items().back().code, "unreadable_file");
  EXPECT_FALSE(load_files({folder}, no_variables, {}, document, diagnostics)) << "a folder is not a file";
  EXPECT_EQ(diagnostics.items().back().code, "unreadable_file");
  EXPECT_FALSE(load_files({}, no_variables, {}, document, diagnostics));
  EXPECT_EQ(diagnostics.items().back().code, "no_file");
  std::filesystem::remove_all(folder);
}

TEST(Load, TheProcessEnvironmentAnswers) {
  ASSERT_EQ(setenv("SIGNALBOX_LOAD_TEST", "set", 1), 0);
  EXPECT_EQ(process_environment()("SIGNALBOX_LOAD_TEST"), "set");
  unsetenv("SIGNALBOX_LOAD_TEST");
  EXPECT_EQ(process_environment()("SIGNALBOX_LOAD_TEST"), std::nullopt);
}

}  // namespace
}  // namespace signalbox::config
