#include "config/diagnostics.h"

#include <gtest/gtest.h>

#include "config/load.h"

namespace signalbox::config {
namespace {

TEST(NearestName, FindsTheUsualSlips) {
  const std::vector<std::string> names{"threshold", "keywords", "port", "name"};
  EXPECT_EQ(nearest_name("treshold", names), "threshold");
  EXPECT_EQ(nearest_name("thershold", names), "threshold") << "two neighbours swapped are one edit";
  EXPECT_EQ(nearest_name("keyword", names), "keywords");
  EXPECT_EQ(nearest_name("Port", names), "port") << "case alone is distance 0";
  EXPECT_EQ(nearest_name("pott", names), "port");
}

TEST(NearestName, KeepsQuietWhenNothingIsNear) {
  const std::vector<std::string> names{"threshold", "port", "on"};
  EXPECT_EQ(nearest_name("bananas", names), "");
  EXPECT_EQ(nearest_name("no", names), "") << "a third of two letters is no edit at all";
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("ON", names), "on");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'x'), {std::string(1'000'000, 'y')}), "");
  EXPECT_EQ(nearest_name("abcdefghijkl", {"abcdefgh"}), "") << "four edits are too many for any length";
  EXPECT_EQ(nearest_name("abcdefghijk", {"abcdefgh"}), "abcdefgh");
}

TEST(NearestName, TheNearestWins) {
  EXPECT_EQ(nearest_name("model_name", {"model_names_x", "model_names"}), "model_names");
  EXPECT_EQ(did_you_mean("prot", {"port"}), "did you mean \"port\"?");
  EXPECT_EQ(did_you_mean("porrt", {"port"}), "did you mean \"port\"?");
  EXPECT_EQ(did_you_mean("zzz", {"port"}), "");
}

TEST(Diagnostics, FindsPositionsInTheDocument) {
  Document document;
  document.files = {"a.yaml"};
  Diagnostics diagnostics(&document);
  ASSERT_TRUE(parse_yaml("a:\n  b: 1\n", 0, {}, document.root, diagnostics));
  diagnostics.error("a.b", "bad_value", "no good", "do better");
  diagnostics.warning("a.c", "odd", "hm");
  EXPECT_EQ(diagnostics.errors(), 1u);
  EXPECT_EQ(diagnostics.warnings(), 1u);
  EXPECT_FALSE(diagnostics.ok());
  EXPECT_EQ(to_text(diagnostics.items()[0]), "a.yaml:2:3: error: a.b: no good (do better) [bad_value]");
  EXPECT_EQ(to_text(diagnostics.items()[1]), "a.yaml:1:1: warning: a.c: hm [odd]");
}

TEST(Diagnostics, WithoutADocumentThereIsNoPosition) {
  Diagnostics diagnostics;
  diagnostics.error("", "odd", "line\nbreak\x01");
  EXPECT_EQ(to_text(diagnostics.items()[0]), "error: line\\nbreak\\x01 [odd]");
}

TEST(Diagnostics, SortsByPlaceAndKeepsTheOrderOfEquals) {
  Document document;
  document.files = {"a.yaml", "b.yaml"};
  Diagnostics diagnostics(&document);
  diagnostics.add(Severity::error, {1, 1, 1}, "", "w", "");
  diagnostics.add(Severity::error, {0, 9, 1}, "", "x", "");
  diagnostics.add(Severity::warning, {0, 2, 7}, "", "y1", "");
  diagnostics.add(Severity::error, {0, 2, 7}, "", "y2", "");
  diagnostics.add(Severity::error, {0, 2, 3}, "", "z", "");
  diagnostics.sort();
  std::string order;
  for (const Diagnostic& item : diagnostics.items()) order += item.code + " ";
  EXPECT_EQ(order, "z y1 y2 x w ");
}

TEST(Diagnostics, AFloodIsCountedButNotKept) {
  Diagnostics diagnostics;
  for (std::size_t i = 0; i < Diagnostics::kMostItems; ++i) diagnostics.warning("", "w", "");
  diagnostics.error("", "e", "the one that matters");
  EXPECT_EQ(diagnostics.items().size(), Diagnostics::kMostItems);
  EXPECT_EQ(diagnostics.warnings(), Diagnostics::kMostItems);
  EXPECT_FALSE(diagnostics.ok());
}

TEST(Diagnostics, WhatFollowsFromAnErrorAtTheSamePlaceIsLeftOut) {
  Diagnostics diagnostics;
  diagnostics.error("a.b", "wrong_type", "expected a list");
  diagnostics.error("a.b", "empty_list", "the list is empty");
  diagnostics.error("a.c", "empty_list", "the list is empty");
  diagnostics.warning("a.b", "unsupported", "not acted upon");
  diagnostics.error("a.b", "wrong_type", "another of the same kind is another finding");
  EXPECT_EQ(diagnostics.errors(), 3U);
  EXPECT_EQ(diagnostics.warnings(), 1U);
  EXPECT_TRUE(diagnostics.has_error_at("a.b"));
  EXPECT_FALSE(diagnostics.has_error_at("a"));
}

}  // namespace
}  // namespace signalbox::config
