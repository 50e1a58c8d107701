// For the tests of this folder: the example pictures, and images as a request would hold them.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"

namespace signalbox::vision {

inline std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::uint8_t> example(const std::string& name) {
  return read_file(std::string(SIGNALBOX_SOURCE_DIR) + "/examples/pictures/" + name);
}

inline std::vector<std::uint8_t> golden(const std::string& name) {
  return read_file(std::string(SIGNALBOX_SOURCE_DIR) + "/tests/golden/images/" + name);
}

inline std::string to_base64(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (at + i < bytes.size() ? bytes[at + i] : 0U);
    for (std::size_t i = 0; i < 4; ++i) text += at + i > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * i) & 63];
  }
  return text;
}

// Owns the base64 that its Image views.
struct TestImage {
  explicit TestImage(const std::vector<std::uint8_t>& bytes, std::string_view media_type = "")
      : base64(to_base64(bytes)) {
    image.base64 = base64;
    image.media_type = media_type;
  }
  TestImage(const TestImage&) = delete;
  TestImage& operator=(const TestImage&) = delete;

  std::string base64;
  evidence::Image image;
};

}  // namespace signalbox::vision
