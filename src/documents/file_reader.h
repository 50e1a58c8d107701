// Reads the inline files of requests: text files at once, PDFs by an injected reader (documents/pdf_pool.h, and what
// remembers its answers).
//
// Thread-safe. All of a file is read, or it is unjudged.
#pragma once

#include <memory>
#include <string>

#include "evidence/document_reader.h"
#include "evidence/image_reader.h"

namespace signalbox::documents {

class FileReader final : public evidence::DocumentReader {
 public:
  // `pdfs` answers for an Image that is a PDF, as make_pdf_pool says. Null: PDFs are reader_missing, and
  // `why_no_pdf` says why.
  FileReader(std::unique_ptr<evidence::ImageReader> pdfs, std::string why_no_pdf, std::size_t max_bytes)
      : pdfs_(std::move(pdfs)), why_no_pdf_(std::move(why_no_pdf)), max_bytes_(max_bytes) {}

  std::vector<evidence::DocumentText> read(const std::vector<const evidence::Document*>& documents,
                                           std::chrono::steady_clock::time_point deadline) override;
  // "" when they can be read.
  const std::string& why_no_pdf() const { return why_no_pdf_; }

 private:
  void read_pdfs(const std::vector<const evidence::Document*>& documents, const std::vector<std::size_t>& places,
                 std::chrono::steady_clock::time_point deadline, std::vector<evidence::DocumentText>& texts);

  const std::unique_ptr<evidence::ImageReader> pdfs_;
  const std::string why_no_pdf_;
  const std::size_t max_bytes_;
};

}  // namespace signalbox::documents
