// Reading a request's documents: an injected service, so that signals know neither formats nor processes.
//
// DocumentTexts belongs to one request: each document is read at most once, whoever asks. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "evidence/evidence.h"
#include "evidence/read_once.h"

namespace signalbox::evidence {

// The outcome of reading one document: all of it, or nothing.
struct DocumentText {
  Unjudged unjudged = Unjudged::none;  // none: the whole document was read
  std::string properties{};            // what it says beside its pages: title, comments, form fields; UTF-8
  std::vector<std::string> pages{};    // UTF-8; a text file is one page
  std::string detail{};                // for people: "over the limit of 100 pages"
};

// Implementations: documents::FileReader, test doubles.
class DocumentReader {
 public:
  virtual ~DocumentReader() = default;
  // Reads all of them, concurrently where it can, and returns by the deadline (late ones are Unjudged::timeout). Result
  // i belongs to documents[i]. Called from many threads.
  virtual std::vector<DocumentText> read(const std::vector<const Document*>& documents,
                                         std::chrono::steady_clock::time_point deadline) = 0;
};

class DocumentTexts : public ReadOnce<Document, DocumentText, DocumentReader> {
 public:
  // `reader` may be null: every document that could be read is then Unjudged::reader_missing.
  DocumentTexts(const Evidence& evidence, DocumentReader* reader, std::chrono::steady_clock::time_point deadline)
      : ReadOnce(evidence.documents, reader, Unjudged::reader_missing, deadline) {}
};

}  // namespace signalbox::evidence
