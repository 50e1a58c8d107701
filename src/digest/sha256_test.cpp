#include "digest/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace signalbox::digest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

// FIPS 180-4's examples.
constexpr std::string_view kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kOfAMillion = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

struct FileSha256 : testing::Test {
  FileSha256() {
    std::string name = testing::TempDir() + "sha256_XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~FileSha256() override { fs::remove_all(folder); }
  fs::path write(const std::string& text) const {
    std::ofstream(folder / "file", std::ios::binary) << text;
    return folder / "file";
  }
  fs::path folder;
};

TEST(Sha256, IsTheStandards) {
  EXPECT_EQ(hex(sha256("")), kOfNothing);
  EXPECT_EQ(hex(sha256("abc")), kOfAbc);
}

TEST(Sha256, PartsAreTheWhole) {
  EXPECT_EQ(hex(Sha256Stream().finish()), kOfNothing);
  EXPECT_EQ(Sha256Stream().update("a").update("").update("bc").finish(), sha256("abc"));
  EXPECT_NE(sha256(std::string_view("a\0b", 3)), sha256("ab"));
}

TEST_F(FileSha256, IsThatOfItsBytes) {
  EXPECT_EQ(hex(*file_sha256(write(""))), kOfNothing);
  EXPECT_EQ(hex(*file_sha256(write(std::string(1'000'000, 'a')))), kOfAMillion) << "several blocks, the last not full";
  EXPECT_EQ(*file_sha256(write(std::string(512 * 1024, 'b'))), sha256(std::string(512 * 1024, 'b')));
}

TEST_F(FileSha256, SaysWhatCannotBeRead) {
  const auto missing = file_sha256(folder / "none");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), StartsWith((folder / "none").string() + ": cannot be read: "));
  EXPECT_THAT(file_sha256(folder).error(), HasSubstr("cannot be read"));
}

TEST(Sha256Hex, IsReadInEitherCaseAndOnlyWhole) {
  const Sha256 abc = sha256("abc");
  std::string text(kOfAbc);
  EXPECT_EQ(sha256_from_hex(text), abc);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(sha256_from_hex(text), abc);
  EXPECT_FALSE(sha256_from_hex(kOfAbc.substr(1)));
  EXPECT_FALSE(sha256_from_hex(std::string(kOfAbc) + "0"));
  text[5] = 'g';
  EXPECT_FALSE(sha256_from_hex(text));
}

TEST(Sha256, EqualityLooksAtEveryByte) {
  const Sha256 abc = sha256("abc");
  for (std::size_t i = 0; i < abc.size(); ++i) {
    Sha256 other = abc;
    other[i] ^= 1;
    EXPECT_FALSE(equal_in_constant_time(abc, other));
  }
  EXPECT_TRUE(equal_in_constant_time(abc, sha256("abc")));
}

}  // namespace
}  // namespace signalbox::digest
