// The pool over the real worker program.
#include "documents/pdf_pool.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <iostream>
#include <thread>

#include "documents/file_reader.h"
#include "documents/test_pdfs.h"

namespace signalbox::documents {
namespace {

using evidence::DocumentText;
using evidence::Unjudged;
using test::line_of_text;
using test::pages_pdf;
using test::TestDocument;
using testing::HasSubstr;
using testing::Not;
using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

PdfPoolOptions options() {
  PdfPoolOptions options;
  options.executable = SIGNALBOX_DOCUMENT_WORKER;
  options.version = SIGNALBOX_VERSION;
  options.workers = 1;
  options.max_pages = 20;
  return options;
}

constexpr const char* kDamaged = "decode_failed: the PDF is damaged, or uses what cannot be read here";

class PdfPoolTest : public testing::Test {
 protected:
  void use(const PdfPoolOptions& options) {
    auto pool = make_pdf_pool(options);
    ASSERT_TRUE(pool) << pool.error();
    pool_ = pool->get();
    reader_ = std::make_unique<FileReader>(std::move(*pool), "", options.max_bytes);
  }
  void SetUp() override { use(options()); }
  DocumentText read(std::string_view pdf, Clock::duration limit = seconds(120)) {
    const TestDocument document(pdf);
    return reader_->read({&document.document}, Clock::now() + limit).at(0);
  }
  DocumentText read_page(test::PageParts page) { return read(pages_pdf({std::move(page)})); }
  // The only worker's pid, as soon as it differs from `old`.
  pid_t next_pid(pid_t old) const {
    while (true) {
      const auto pids = pool_->worker_pids();
      if (pids.size() == 1 && pids[0] != old) return pids[0];
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  static std::string all(const DocumentText& text) {
    std::string joined = text.properties;
    for (const std::string& page : text.pages) joined += "|" + page;
    return joined;
  }

  std::unique_ptr<FileReader> reader_;
  vision::ReaderPool* pool_ = nullptr;
};

TEST_F(PdfPoolTest, EachPageHasItsText) {
  const DocumentText text = read(test::text_pdf({"the first page", "the second one"}));
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  ASSERT_EQ(text.pages.size(), 2U);
  EXPECT_THAT(text.pages[0], HasSubstr("the first page"));
  EXPECT_THAT(text.pages[1], HasSubstr("the second one"));
}

TEST_F(PdfPoolTest, ThePictureOfAPageIsRead) {
  const DocumentText text = read(test::scanned_pdf());
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  EXPECT_THAT(text.pages.at(0), HasSubstr("PASSPORT"));
}

// Text rendering mode 3: the layer that scanners put behind their pictures, and may lie.
TEST_F(PdfPoolTest, AnInvisibleLayerAndThePictureAboveItAreBothEvidence) {
  const DocumentText text = read(test::scanned_pdf("3 Tr " + line_of_text("the hidden layer")));
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  EXPECT_THAT(text.pages.at(0), HasSubstr("the hidden layer"));
  EXPECT_THAT(text.pages.at(0), HasSubstr("PASSPORT"));
}

TEST_F(PdfPoolTest, TextOutsideOfThePageIsEvidence) {
  const DocumentText text = read_page({.content = line_of_text("seen") + line_of_text("out of sight", 5000, 9000)});
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  EXPECT_THAT(text.pages.at(0), HasSubstr("seen"));
  EXPECT_THAT(text.pages.at(0), HasSubstr("out of sight"));
}

TEST_F(PdfPoolTest, LettersDrawnOutOfOrderAreReadInOrder) {
  const DocumentText text = read_page(
      {.content = line_of_text("c", 86) + line_of_text("s", 72) + line_of_text("ret", 93) + line_of_text("e", 79)});
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  EXPECT_THAT(text.pages.at(0), HasSubstr("secret"));
}

TEST_F(PdfPoolTest, AnActualTextDoesNotHideWhatIsDrawn) {
  const DocumentText text =
      read_page({.content = "/Span <</ActualText (harmless)>> BDC\n" + line_of_text("AKIAIOSFODNN7EXAMPLE") + "EMC\n"});
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  EXPECT_THAT(text.pages.at(0), HasSubstr("harmless"));
  EXPECT_THAT(text.pages.at(0), HasSubstr("AKIAIOSFODNN7EXAMPLE"));
}

TEST_F(PdfPoolTest, PropertiesAreEvidence) {
  const std::string pdf =
      pages_pdf({{.content = line_of_text("page"), .page = "/Annots[4 0 R 5 0 R]"}},
                {"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(a comment)>>",
                 "<</Type/Annot/Subtype/Widget/FT/Tx/T(field)/V(its value)/DA(/F 12 Tf 0 g)/Rect[0 0 9 9]>>",
                 "<</Title(\xFE\xFF" + std::string("\0h\0\xE9", 4) + ")/Custom(of our own)>>",
                 test::stream_object("/Type/Metadata/Subtype/XML", "<x>in metadata</x>")},
                "/AcroForm<</Fields[5 0 R]/DR<</Font<</F 3 0 R>>>>>>/Metadata 7 0 R", "/Info 6 0 R");
  const DocumentText text = read(pdf);
  ASSERT_EQ(text.unjudged, Unjudged::none) << text.detail;
  for (const char* expected : {"a comment", "field", "its value", "h\xC3\xA9", "of our own", "in metadata"}) {
    EXPECT_THAT(text.properties, HasSubstr(expected));
  }
}

TEST_F(PdfPoolTest, WhatIsNotReadIsRefusedByName) {
  const auto reason = [&](const std::string& pdf) {
    const DocumentText text = read(pdf);
    EXPECT_TRUE(text.pages.empty() && text.properties.empty()) << "nothing read in part counts";
    return std::string(evidence::to_string(text.unjudged)) + ": " + text.detail;
  };
  const auto page = [](std::string_view entries) {
    return std::vector<test::PageParts>{{.content = line_of_text("page"), .page = std::string(entries)}};
  };
  EXPECT_EQ(reason("not a PDF at all"), "unsupported_format: the bytes are not a PDF");
  EXPECT_EQ(reason(pages_pdf(page(""), {}, "",
                             "/ID[(a)(b)]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(" + std::string(32, 'o') + ")/U(" +
                                 std::string(32, 'u') + ")>>")),
            "unsupported_format: it is encrypted");
  EXPECT_EQ(reason(pages_pdf(page(""), {test::stream_object("/Type/EmbeddedFile", "inner")},
                             "/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>]>>>>")),
            "unsupported_format: files are embedded in it");
  EXPECT_EQ(reason(pages_pdf(page(""), {}, "/AcroForm<</Fields[]/XFA(x)>>")), "unsupported_format: a form in XML");
  EXPECT_EQ(reason(pages_pdf(page("/Annots[4 0 R]"), {"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>"})),
            "unsupported_format: it holds sound, film, 3D or files");
  EXPECT_EQ(reason(pages_pdf(page(""), {"<</Type/OCG/Name(l)>>"}, "/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>")),
            "unsupported_format: it has layers that are hidden");
  EXPECT_EQ(reason(test::text_pdf(std::vector<std::string>(21, "page"))), "too_large: over the limit of 20 pages");
  const std::string whole = test::text_pdf({"page"});
  EXPECT_EQ(reason(whole.substr(0, whole.size() / 2)), kDamaged);
  EXPECT_EQ(reason(pages_pdf({{.content = "BT /Nowhere 12 Tf (lost) Tj ET"}})), kDamaged);
}

TEST_F(PdfPoolTest, APageThatIsTooLargeToBeLookedAtIsRefused) {
  const DocumentText text =
      read_page({.content = "0 0 m 1 1 2 2 3 3 c f\n" + line_of_text("x"), .page = "/MediaBox[0 0 200000 200000]"});
  EXPECT_EQ(text.unjudged, Unjudged::too_large);
}

TEST_F(PdfPoolTest, WithoutTextRecognitionAPictureIsOcrMissingAndATextIsRead) {
  PdfPoolOptions blind = options();
  blind.recognition.tessdata = "/nonexistent";
  use(blind);
  EXPECT_EQ(read(test::scanned_pdf()).unjudged, Unjudged::ocr_missing);
  EXPECT_EQ(read(test::text_pdf({"text"})).unjudged, Unjudged::none);
}

// Which pages have to be looked at is seen without text recognition: only they need it.
TEST_F(PdfPoolTest, WhichPagesAreLookedAt) {
  PdfPoolOptions blind = options();
  blind.recognition.tessdata = "/nonexistent";
  use(blind);
  const std::string text = line_of_text("text");
  const auto looked_at = [&](const std::string& content, const std::string& resources = "") {
    return read_page({.content = content, .resources = resources}).unjudged == Unjudged::ocr_missing;
  };
  EXPECT_FALSE(looked_at(text));
  EXPECT_FALSE(looked_at(text + "72 600 400 1 re f\n0 0 612 792 re S\n")) << "a rule and a frame";
  EXPECT_FALSE(looked_at("3 Tr " + text)) << "all of it is in the text";
  EXPECT_TRUE(looked_at("")) << "no text";
  EXPECT_TRUE(looked_at(text + "0 0 m 99 99 l S\n")) << "an oblique line";
  EXPECT_TRUE(looked_at(text + "0 0 m 50 99 99 99 200 0 c S\n")) << "a curve";
  EXPECT_TRUE(looked_at("7 Tr " + text)) << "clips by letters";
  EXPECT_TRUE(looked_at(text + "BI /W 1 /H 1 /CS /G /BPC 8 ID x EI\n")) << "an inline image";
  std::string lines;
  for (int i = 0; i < 41; ++i) lines += fmt::format("72 {} 400 1 re f\n", 100 + 10 * i);
  EXPECT_TRUE(looked_at(text + lines)) << "many lines";
  EXPECT_TRUE(
      looked_at(text + "/S sh\n",
                "/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function<</FunctionType 2/Domain[0 "
                "1]/N 1>>>>>>"))
      << "a shading";
}

// tests/hostile/make_documents.py. Each of them ends in a reason, or was read in full, and the worker or its successor
// reads the next document. Only what is slow by design meets the deadline; on a loaded machine others may.
TEST_F(PdfPoolTest, HostileDocumentsEndInAReason) {
  const std::filesystem::path folder = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/hostile/documents";
  int seen = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const DocumentText text = read(test::bytes_of(vision::read_file(file.path().string())), seconds(5));
    EXPECT_TRUE(text.unjudged != Unjudged::none || all(text).find("HIDDEN") != std::string::npos) << file.path();
    EXPECT_NE(text.unjudged, Unjudged::reader_missing) << file.path();
    std::cout << file.path().filename().string() << ": " << evidence::to_string(text.unjudged) << " " << text.detail
              << "\n";
    ++seen;
  }
  EXPECT_GE(seen, 30);
  EXPECT_EQ(read(test::text_pdf({"the next one"})).unjudged, Unjudged::none);
}

TEST_F(PdfPoolTest, ADocumentThatIsLateIsTimeout) {
  ASSERT_TRUE(pool_->warm_up().has_value());
  const pid_t first = pool_->worker_pids().at(0);
  ASSERT_EQ(::kill(first, SIGSTOP), 0);
  const DocumentText text = read(test::text_pdf({"page"}), seconds(3));
  EXPECT_EQ(text.unjudged, Unjudged::timeout);
  EXPECT_EQ(text.detail, "the document was not read by the deadline");
  EXPECT_NE(next_pid(first), first);
  EXPECT_EQ(read(test::text_pdf({"page"})).unjudged, Unjudged::none);
}

TEST_F(PdfPoolTest, AKilledWorkerLosesNoDocument) {
  ASSERT_TRUE(pool_->warm_up().has_value());
  std::atomic<int> unread = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] { unread += read(test::scanned_pdf()).unjudged != Unjudged::none ? 1 : 0; });
  }
  for (const pid_t pid : pool_->worker_pids()) ::kill(pid, SIGKILL);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(unread, 0);
}

TEST_F(PdfPoolTest, AWorkerOfAnotherVersionIsNotTalkedTo) {
  PdfPoolOptions other = options();
  other.version = "0.0.0-other";
  use(other);
  const DocumentText text = read(test::text_pdf({"page"}));
  EXPECT_EQ(text.unjudged, Unjudged::reader_missing);
  EXPECT_THAT(text.detail, HasSubstr("document worker"));
}

}  // namespace
}  // namespace signalbox::documents
