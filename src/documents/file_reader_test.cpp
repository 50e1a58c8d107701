#include "documents/file_reader.h"

#include <gmock/gmock.h>

#include <utility>

#include "documents/pdf_pool.h"
#include "documents/test_pdfs.h"

namespace signalbox::documents {
namespace {

using evidence::DocumentText;
using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;
using testing::ElementsAre;
using Deadline = std::chrono::steady_clock::time_point;

// Answers each PDF with what the test says.
class Answers final : public evidence::ImageReader {
 public:
  explicit Answers(std::vector<ImageText> answers) : answers_(std::move(answers)) {}
  std::vector<ImageText> read(const std::vector<const Image*>& images, Deadline) override {
    for (const Image* image : images) asked.emplace_back(image->base64);
    return answers_;
  }
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const Image*>& images, const evidence::WantedPixels&,
                                                 Deadline) override {
    return std::vector<evidence::ImagePixels>(images.size(), {.unjudged = Unjudged::decode_failed});
  }
  std::vector<std::string> asked;

 private:
  std::vector<ImageText> answers_;
};

evidence::Document document(std::string_view media_type, std::string_view base64) {
  evidence::Document made;
  made.media_type = media_type;
  made.base64 = base64;
  return made;
}

std::vector<DocumentText> read(FileReader& reader, const std::vector<evidence::Document>& documents) {
  std::vector<const evidence::Document*> pointers;
  for (const evidence::Document& one : documents) pointers.push_back(&one);
  return reader.read(pointers, Deadline::max());
}

TEST(FileReader, EachKindGoesItsWayAndKeepsItsPlace) {
  auto owned = std::make_unique<Answers>(std::vector<ImageText>{
      {.text = "title\fone\f\fthree\f"}, {.unjudged = Unjudged::too_large, .detail = "over the limit of 2 pages"}});
  Answers& answers = *owned;
  FileReader reader(std::move(owned), "", 100);
  evidence::Document late = document("text/plain", "aGk=");
  late.unjudged = Unjudged::too_many;
  const auto texts = read(reader, {document("application/pdf", "AAAA"), document("Text/CSV", "YSxi"), late,
                                   document("application/PDF", "BBBB"), document("image/png", "AAAA")});
  EXPECT_THAT(answers.asked, ElementsAre("AAAA", "BBBB"));
  EXPECT_EQ(texts[0].properties, "title");
  EXPECT_THAT(texts[0].pages, ElementsAre("one", "", "three"));
  EXPECT_THAT(texts[1].pages, ElementsAre("a,b"));
  EXPECT_EQ(texts[2].unjudged, Unjudged::too_many);
  EXPECT_EQ(texts[3].unjudged, Unjudged::too_large);
  EXPECT_EQ(texts[3].detail, "over the limit of 2 pages");
  EXPECT_TRUE(texts[3].pages.empty());
  EXPECT_EQ(texts[4].unjudged, Unjudged::document);
}

TEST(FileReader, APdfWithoutAnAnswerIsNotJudged) {
  FileReader reader(std::make_unique<Answers>(std::vector<ImageText>{{.text = "\fone\f"}}), "", 100);
  const auto texts = read(reader, {document("application/pdf", "AAAA"), document("application/pdf", "BBBB")});
  EXPECT_EQ(texts[0].unjudged, Unjudged::none);
  EXPECT_EQ(texts[1].unjudged, Unjudged::decode_failed);
}

TEST(FileReader, WithoutAWorkerTextFilesAreReadAndPdfsSayWhyNot) {
  FileReader reader(nullptr, "not installed", 100);
  const auto texts = read(reader, {document("application/pdf", "AAAA"), document("text/plain", "aGk=")});
  EXPECT_EQ(texts[0].unjudged, Unjudged::reader_missing);
  EXPECT_EQ(texts[0].detail, "not installed");
  EXPECT_EQ(texts[1].unjudged, Unjudged::none);
}

TEST(PdfPool, WithoutTheProgramItIsASentence) {
  const auto pool = make_pdf_pool({.executable = "/nonexistent/worker", .version = "1"});
  ASSERT_FALSE(pool);
  EXPECT_EQ(pool.error(), "signalbox-document-worker is not installed beside the gateway");
}

}  // namespace
}  // namespace signalbox::documents
