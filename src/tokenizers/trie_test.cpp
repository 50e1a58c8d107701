#include "tokenizers/trie.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace signalbox::tokenizers {
namespace {

TEST(Trie, FindsAllItsKeysAndNoOthers) {
  std::mt19937 random(3);
  std::map<std::string, std::uint32_t> wanted;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    std::string key;
    for (unsigned n = 1 + random() % 6; n > 0; --n)
      key += static_cast<char>(random() % 5 == 0 ? random() : 'a' + random() % 4);
    wanted[key] = i;
  }
  std::vector<Trie::Key> keys;
  for (const auto& [key, value] : wanted) keys.push_back({key, value});
  const Trie trie = Trie::build(keys);
  for (const auto& [key, value] : wanted) {
    const std::uint32_t node = trie.walk(key);
    ASSERT_NE(node, Trie::kNone);
    ASSERT_EQ(trie.value(node), value);
    for (const char* more : {"a", "z", "\xFF"}) {
      const std::uint32_t other = trie.walk(key + more);
      ASSERT_EQ(other != Trie::kNone && trie.value(other) != Trie::kNone, wanted.contains(key + more));
    }
  }
}

TEST(Trie, OfNothingHasNothing) {
  const Trie trie = Trie::build({});
  EXPECT_EQ(trie.walk("a"), Trie::kNone);
  EXPECT_EQ(trie.value(Trie::kRoot), Trie::kNone);
}

TEST(Trie, TakesLongKeys) {
  const std::string key(200'000, 'x');
  const Trie trie = Trie::build({{key, 7}});
  EXPECT_EQ(trie.value(trie.walk(key)), 7u);
  EXPECT_EQ(trie.longest(), key.size());
}

}  // namespace
}  // namespace signalbox::tokenizers
