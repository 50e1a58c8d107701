#include "document_worker/pdf_reader.h"

#include <ErrorCodes.h>
#include <GlobalParams.h>
#include <PDFDoc.h>
#include <Stream.h>
#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "document_worker/page_observer.h"
#include "document_worker/page_picture.h"
#include "document_worker/poppler_errors.h"
#include "document_worker/properties.h"
#include "document_worker/refusal.h"
#include "documents/pdf_pool.h"
#include "vision/picture_reader.h"

namespace signalbox::document_worker {
namespace {

using evidence::ImageText;
using evidence::Unjudged;

// A page of one word in a font that is not embedded: drawing it makes poppler and fontconfig load what they load once.
constexpr std::string_view kWarmUp = R"(%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>> endobj
4 0 obj <</Length 42>> stream
BT /F 12 Tf 20 50 Td (warming up) Tj ET   
endstream endobj
5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
trailer <</Root 1 0 R/Size 6>>
startxref
0
%%EOF
)";

constexpr const char* kDamaged = "the PDF is damaged, or uses what cannot be read here";

ImageText unread(Refusal why) {
  return {.unjudged = why.reason, .text = {}, .detail = std::move(why.detail)};
}

bool deadline_passed(void* deadline) {
  return is_over(*static_cast<const Deadline*>(deadline));
}

class PdfReader {
 public:
  PdfReader(vision::Bytes bytes, Deadline deadline, const vision::Limits& limits, vision::Recognizer* recognizer)
      : deadline_(deadline), limits_(limits), recognizer_(recognizer) {
    poppler_failed();  // of an earlier document
    letters_were_left_out();
    auto* const stream = new MemStream(reinterpret_cast<const char*>(bytes.data()), 0,
                                       static_cast<Goffset>(bytes.size()), Object(objNull));
    document_ = std::make_unique<PDFDoc>(stream, std::nullopt, std::nullopt, nullptr, [this] { repaired_ = true; });
  }

  std::expected<std::string, Refusal> read() {
    if (const auto sound = check(); !sound) return std::unexpected(sound.error());
    auto text = properties_of(*document_, documents::kMaxTextBytes, deadline_);
    if (!text) return text;
    if (const auto sound = check(); !sound) return std::unexpected(sound.error());
    *text += documents::kPageEnd;
    for (int page = 1; page <= pages_; ++page) {
      const auto read = read_page(page);
      if (!read) return read;
      *text += *read;
      *text += documents::kPageEnd;
      if (text->size() > documents::kMaxTextBytes)
        return std::unexpected(Refusal{Unjudged::too_large, "too much text"});
    }
    return text;
  }

 private:
  // Whether it can still be believed that poppler sees what everybody sees.
  std::expected<void, Refusal> check() {
    if (!document_->isOk()) {
      const bool locked = document_->getErrorCode() == errEncrypted;
      return std::unexpected(locked ? Refusal{Unjudged::unsupported_format, "it is encrypted"}
                                    : Refusal{Unjudged::decode_failed, kDamaged});
    }
    if (repaired_ || poppler_failed()) return std::unexpected(Refusal{Unjudged::decode_failed, kDamaged});
    pages_ = document_->getNumPages();
    if (pages_ <= 0) return std::unexpected(Refusal{Unjudged::decode_failed, "it has no pages"});
    if (static_cast<std::uint32_t>(pages_) > limits_.frames) {
      return std::unexpected(Refusal{Unjudged::too_large, fmt::format("over the limit of {} pages", limits_.frames)});
    }
    return {};
  }

  std::expected<std::string, Refusal> read_page(int page) {
    PageObserver observer;
    document_->displayPage(&observer, page, 72, 72, 0, true, false, false, deadline_passed, &deadline_);
    if (is_over(deadline_)) return std::unexpected(late());
    if (const auto sound = check(); !sound) return std::unexpected(sound.error());
    if (observer.has_huge_image()) {
      return std::unexpected(Refusal{Unjudged::too_large, fmt::format("page {}: an image is too large", page)});
    }
    if (observer.has_short_image()) {
      return std::unexpected(Refusal{Unjudged::decode_failed, fmt::format("page {}: an image is damaged", page)});
    }
    std::string text = observer.text();
    if (!observer.shows_more_than_text()) return text;
    const auto picture = picture_of_page(*document_, page, limits_.pixels, deadline_);
    if (!picture) return std::unexpected(picture.error());
    if (letters_were_left_out() && observer.has_unknown_letters()) {
      return std::unexpected(Refusal{Unjudged::decode_failed, fmt::format("page {}: letters without meaning", page)});
    }
    ImageText seen = vision::recognise(*picture, recognizer_, deadline_);
    if (seen.unjudged != Unjudged::none) {
      return std::unexpected(Refusal{seen.unjudged, fmt::format("page {}: {}", page, seen.detail)});
    }
    std::replace(seen.text.begin(), seen.text.end(), documents::kPageEnd, '\n');
    return text + "\n" + seen.text;
  }

  Deadline deadline_;
  const vision::Limits& limits_;
  vision::Recognizer* recognizer_;
  bool repaired_ = false;
  int pages_ = 0;
  std::unique_ptr<PDFDoc> document_;
};

}  // namespace

void prepare_poppler() {
  globalParams = std::make_unique<GlobalParams>();
  watch_poppler_errors();
  MemStream* const stream = new MemStream(kWarmUp.data(), 0, static_cast<Goffset>(kWarmUp.size()), Object(objNull));
  PDFDoc document(stream);
  if (document.isOk()) std::ignore = picture_of_page(document, 1, 1'000'000, Deadline::max());
}

ImageText read_pdf(vision::Bytes bytes, const vision::Task& task, const vision::Setup& setup,
                   vision::Recognizer* recognizer) {
  constexpr std::string_view kMagic = "%PDF-";
  const std::string_view begin(reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kMagic.size()));
  if (begin != kMagic) return unread({Unjudged::unsupported_format, "the bytes are not a PDF"});
  try {
    auto text = PdfReader(bytes, task.deadline, setup.limits, recognizer).read();
    if (!text) return unread(std::move(text.error()));
    return {.text = std::move(*text), .confidence = 1, .detail = {}};
  } catch (const std::bad_alloc&) {
    return unread({Unjudged::too_large, "reading the document needs more memory than there is"});
  }
}

}  // namespace signalbox::document_worker
