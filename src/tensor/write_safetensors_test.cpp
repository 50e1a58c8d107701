#include "tensor/write_safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::tensor {
namespace {

TEST(WriteSafetensors, WhatIsWrittenIsRead) {
  const std::string file =
      safetensors_text({{"b", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"a", {{1}, {-0.5F}}}, {"empty", {{0, 4}, {}}}});
  const auto* const bytes = reinterpret_cast<const std::byte*>(file.data());
  const auto tensors = parse_safetensors({bytes, file.size()}, "file");
  ASSERT_EQ(tensors.size(), 3U);
  EXPECT_EQ(tensors.at("b").shape, (Shape{2, 3}));
  EXPECT_THAT(tensors.at("b").to_floats(), testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(tensors.at("a").to_floats(), testing::ElementsAre(-0.5F));
  EXPECT_TRUE(tensors.at("empty").to_floats().empty());
}

TEST(WriteSafetensors, TheDataBeginsAtAMultipleOfEight) {
  for (const std::string& name : {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"}) {
    const std::string file = safetensors_text({{name, {{1}, {1}}}});
    EXPECT_EQ((file.size() - sizeof(float)) % 8, 0U) << name;
  }
}

}  // namespace
}  // namespace signalbox::tensor
