// The pool of confined processes that read PDFs: the machinery of vision/pool.h around another executable,
// signalbox-document-worker.
//
// That program is not part of ours because poppler's licence (GPL) is not ours (docs/decisions/0010-documents.md). The
// two talk as the gateway and its picture workers do; one of another version is not talked to.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "vision/pool.h"

namespace signalbox::documents {

inline constexpr std::string_view kWorkerProgram = "signalbox-document-worker";
// Set for the worker, which leaves when it is of another version.
inline constexpr const char* kVersionVariable = "SIGNALBOX_WORKER_VERSION";

// In the text that a worker answers with, behind the properties and behind each page.
inline constexpr char kPageEnd = '\f';
// More text than this is refused (too_large), not cut. It fits a frame of vision/channel.h.
inline constexpr std::size_t kMaxTextBytes = std::size_t{4} << 20;

struct PdfPoolOptions {
  std::string executable;  // an absolute path
  std::string version;     // ours
  std::uint64_t max_bytes = 16 << 20;
  std::uint32_t max_pages = 100;
  std::uint32_t workers = 2;
  vision::RecognizerOptions recognition{};  // of pages that show more than text
};

// The path of the program beside the running executable.
std::string worker_beside_us();

// The pool is asked for the text of "pictures" that are PDFs: Image::base64 of a PDF in; out come its properties, then
// its pages, each followed by kPageEnd. The error is a sentence: no such program, or no way to confine it.
std::expected<std::unique_ptr<vision::ReaderPool>, std::string> make_pdf_pool(const PdfPoolOptions& options);

}  // namespace signalbox::documents
