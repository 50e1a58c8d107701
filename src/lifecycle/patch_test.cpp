#include "lifecycle/patch.h"

#include <gtest/gtest.h>

namespace signalbox::lifecycle {
namespace {

std::string merged(std::string_view yaml, std::string_view patch) {
  const auto result = patched(yaml, patch);
  return result ? *result : "! " + result.error();
}

TEST(Patch, MergesMembersReplacesListsRemovesNulls) {
  EXPECT_EQ(merged("a: {b: 1, c: 2}\nd: [1, 2]\ne: x\n", "a: {c: null, f: {g: 1, h: null}}\nd: [3]\n"),
            "a:\n  b: 1\n  f:\n    g: 1\nd:\n  - 3\ne: x\n");
}

TEST(Patch, TakesJson) {
  EXPECT_EQ(merged("a: {b: 1}\n", R"({"a": {"b": "1"}, "n": true})"), "a:\n  b: \"1\"\nn: true\n");
}

TEST(Patch, VariablesStayAsWritten) {
  EXPECT_EQ(merged("key: ${SECRET}\nb: 1\n", "b: 2"), "key: ${SECRET}\nb: 2\n");
}

TEST(Patch, WhatIsNoPatchSaysSo) {
  EXPECT_EQ(merged("a: 1", "[1]"), "! the patch must be a mapping of keys");
  EXPECT_TRUE(merged("a: 1", "a: [").starts_with("! the patch cannot be read: "));
  EXPECT_TRUE(merged("a: [", "a: 1").starts_with("! the configuration file cannot be read: "));
}

TEST(Patch, TheMarkerOfHiddenSecretsIsFound) {
  EXPECT_EQ(find_redacted("a: {b: [x, '[redacted]']}", "a: {b: [x, sk-1]}"), "a.b[1]");
  EXPECT_EQ(find_redacted("h: 'Bearer [redacted]'", "{}"), "h");
  EXPECT_EQ(find_redacted("a: sk-1", "a: sk-1"), std::nullopt);
}

TEST(Patch, WhatTheFileAlwaysSaidIsNoMarker) {
  EXPECT_EQ(find_redacted("mask: '[redacted]'", "mask: '[redacted]'\nb: 1"), std::nullopt);
  EXPECT_EQ(find_redacted("mask: '[redacted]'", "not: [yaml"), "mask");
}

}  // namespace
}  // namespace signalbox::lifecycle
