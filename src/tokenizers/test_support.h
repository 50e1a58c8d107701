// Helpers of the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tokenizers/test_files.h"
#include "tokenizers/tokenizer.h"

namespace signalbox::tokenizers {

inline Tokenizer load(std::string_view json) {
  auto loaded = Tokenizer::from_json(json);
  EXPECT_TRUE(loaded) << loaded.error().path << ": " << loaded.error().message;
  return *std::move(loaded);
}

// The file with the one occurrence of `from` replaced.
inline std::string with(std::string_view file, std::string_view from, std::string_view to) {
  std::string out(file);
  const std::size_t at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

}  // namespace signalbox::tokenizers
