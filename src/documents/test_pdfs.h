// For the tests of this folder: small PDFs made by hand, and documents as a request would hold them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/evidence.h"
#include "vision/test_pictures.h"

namespace signalbox::documents::test {

inline std::string stream_object(std::string_view dict, std::string_view data) {
  return fmt::format("<<{}/Length {}>> stream\n{}\nendstream", dict, data.size(), data);
}

// Objects by number, 1 first; object 1 is the catalog.
inline std::string pdf_of(const std::vector<std::string>& objects, std::string_view trailer = "") {
  std::string out = "%PDF-1.7\n";
  std::string table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects.size() + 1);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const std::size_t at = out.size();
  return out + table +
         fmt::format("trailer <</Root 1 0 R/Size {}{}>>\nstartxref\n{}\n%%EOF\n", objects.size() + 1, trailer, at);
}

struct PageParts {
  std::string content;      // operators; the font is /F
  std::string resources{};  // beside the font
  std::string page{};       // entries of the page beside the usual ones
};

inline constexpr std::size_t kFirstFree = 4;  // number of the first of `more`

// A document with these pages. `more` are further objects, which number from kFirstFree on; `catalog` and `trailer` are
// further entries.
inline std::string pages_pdf(const std::vector<PageParts>& pages, const std::vector<std::string>& more = {},
                             std::string_view catalog = "", std::string_view trailer = "") {
  std::vector<std::string> objects = {fmt::format("<</Type/Catalog/Pages 2 0 R{}>>", catalog), "",
                                      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
  objects.insert(objects.end(), more.begin(), more.end());
  std::string kids;
  for (const PageParts& page : pages) {
    objects.push_back(stream_object("", page.content));
    const std::size_t content = objects.size();
    objects.push_back(
        fmt::format("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {} 0 R/Resources<</Font<</F 3 "
                    "0 R>>{}>>{}>>",
                    content, page.resources, page.page));
    kids += fmt::format("{} 0 R ", objects.size());
  }
  objects[1] = fmt::format("<</Type/Pages/Kids[{}]/Count {}>>", kids, pages.size());
  return pdf_of(objects, trailer);
}

inline std::string line_of_text(std::string_view text, int x = 72, int y = 700) {
  return fmt::format("BT /F 14 Tf {} {} Td ({}) Tj ET\n", x, y, text);
}

inline std::string text_pdf(const std::vector<std::string>& pages) {
  std::vector<PageParts> parts;
  for (const std::string& page : pages) parts.push_back({.content = line_of_text(page)});
  return pages_pdf(parts);
}

inline std::string bytes_of(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

// One page that is a picture of a passport (examples/pictures), and nothing else; `also` is drawn over it.
inline std::string scanned_pdf(std::string_view also = "") {
  const std::string jpeg = bytes_of(vision::example("passport.jpg"));
  return pages_pdf(
      {{.content = "q 540 0 0 371 36 300 cm /P Do Q\n" + std::string(also), .resources = "/XObject<</P 4 0 R>>"}},
      {stream_object("/Type/XObject/Subtype/Image/Width 1250/Height 880/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/"
                     "DCTDecode",
                     jpeg)});
}

// Owns the base64 that its Document views.
struct TestDocument {
  explicit TestDocument(std::string_view bytes, std::string_view media_type = "application/pdf",
                        std::string_view parameters = "")
      : base64(vision::to_base64({bytes.begin(), bytes.end()})) {
    document.base64 = base64;
    document.media_type = media_type;
    document.parameters = parameters;
  }
  TestDocument(const TestDocument&) = delete;
  TestDocument& operator=(const TestDocument&) = delete;

  std::string base64;
  evidence::Document document;
};

}  // namespace signalbox::documents::test
