// A PDF from bytes to text, all of it or none.
//
// What poppler has to repair, or says it cannot interpret, is refused: another reader may see another document there.
// One thread. Nothing is opened after prepare_poppler().
#pragma once

#include "evidence/image_reader.h"
#include "vision/messages.h"
#include "vision/recognizer.h"

namespace signalbox::document_worker {

// Loads what poppler loads lazily: tables, the list of fonts, character maps. Files must still be readable.
void prepare_poppler();

// As documents/pdf_pool.h says: properties, then each page, each followed by kPageEnd. `recognizer` may be null: a
// document with a page that must be read as a picture is then ocr_missing.
evidence::ImageText read_pdf(vision::Bytes bytes, const vision::Task& task, const vision::Setup& setup,
                             vision::Recognizer* recognizer);

}  // namespace signalbox::document_worker
