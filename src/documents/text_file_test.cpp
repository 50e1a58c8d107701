#include "documents/text_file.h"

#include <gtest/gtest.h>

#include "documents/test_pdfs.h"

namespace signalbox::documents {
namespace {

using evidence::DocumentText;
using evidence::Unjudged;
using test::TestDocument;

DocumentText read(std::string_view bytes, std::string_view parameters = "", std::size_t max_bytes = 1000) {
  return read_text_file(TestDocument(bytes, "text/plain", parameters).document, max_bytes);
}

TEST(TextFile, Utf8IsOnePage) {
  const DocumentText text = read("one\ntwo \xC3\xA9\t\r\n");
  EXPECT_EQ(text.unjudged, Unjudged::none);
  ASSERT_EQ(text.pages.size(), 1U);
  EXPECT_EQ(text.pages[0], "one\ntwo \xC3\xA9\t\r\n");
  EXPECT_EQ(read("").pages.at(0), "");
}

TEST(TextFile, MarksOfTheByteOrder) {
  using namespace std::string_view_literals;
  EXPECT_EQ(read("\xEF\xBB\xBFhi").pages.at(0), "hi");
  EXPECT_EQ(read("\xFF\xFEh\0i\0"sv).pages.at(0), "hi");
  EXPECT_EQ(read("\xFE\xFF\0h\0i"sv).pages.at(0), "hi");
  EXPECT_EQ(read("\xFF\xFE\x3D\xD8\x00\xDE"sv).pages.at(0), "\xF0\x9F\x98\x80");
  EXPECT_EQ(read("\xFE\xFF\xD8\x3D\xDE\x00"sv).pages.at(0), "\xF0\x9F\x98\x80");
}

TEST(TextFile, HalfOfAPairIsNoText) {
  using namespace std::string_view_literals;
  for (const std::string_view broken :
       {"\xFF\xFE\x3D\xD8"sv, "\xFF\xFE\x00\xDE"sv, "\xFF\xFE\x3D\xD8h\0"sv, "\xFF\xFEh"sv}) {
    EXPECT_EQ(read(broken).unjudged, Unjudged::unsupported_format);
  }
}

TEST(TextFile, BinaryDataIsNoText) {
  using namespace std::string_view_literals;
  for (const std::string_view binary : {"a\0b"sv, "PK\x03\x04"sv, "\x7F\x45LF"sv, "caf\xE9"sv, "\xC0\x80"sv}) {
    const DocumentText text = read(binary);
    EXPECT_EQ(text.unjudged, Unjudged::unsupported_format);
    EXPECT_TRUE(text.pages.empty());
  }
}

TEST(TextFile, OtherFormatsMadeOfTextAreRefused) {
  for (const std::string_view other : {"%PDF-1.4\n", "junk %PDF-1.4", "{\\rtf1 hi}", " \n%!PS-Adobe"}) {
    EXPECT_EQ(read(other).unjudged, Unjudged::unsupported_format) << other;
  }
}

TEST(TextFile, CharsetsThatAreNotUnicodeAreRefused) {
  for (const std::string_view good : {"charset=utf-8", "Charset=\"UTF-8\"", "name=x; charset = us-ascii", "name=x"}) {
    EXPECT_EQ(read("hi", good).unjudged, Unjudged::none) << good;
  }
  for (const std::string_view bad :
       {"charset=utf-7", "charset=iso-8859-1", "charset=utf-8;charset=utf-7", "charset="}) {
    EXPECT_EQ(read("hi", bad).unjudged, Unjudged::unsupported_format) << bad;
  }
}

TEST(TextFile, Limits) {
  EXPECT_EQ(read(std::string(1000, 'x')).unjudged, Unjudged::none);
  const DocumentText text = read(std::string(1001, 'x'));
  EXPECT_EQ(text.unjudged, Unjudged::too_large);
  EXPECT_EQ(text.detail, "over the limit of 1000 bytes");
  evidence::Document bad;
  bad.base64 = "aGk";
  EXPECT_EQ(read_text_file(bad, 1000).unjudged, Unjudged::decode_failed);
}

}  // namespace
}  // namespace signalbox::documents
