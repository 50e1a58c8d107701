// What poppler complains about while it reads, counted.
//
// poppler repairs what it can and goes on: its caller learns of a missing half only by these messages. They quote the
// document and are not kept. One thread; the callback is the process's.
#pragma once

namespace signalbox::document_worker {

void watch_poppler_errors();

// Since the last call: did something go wrong after which poppler's own comment is "output will probably be
// incorrect"? Warnings ("will probably be correct") do not count, nor do fonts that cannot be opened.
bool poppler_failed();

// Since the last call: were letters left out of a picture, because their font is not in the document (no file is opened
// here)? Their meaning is in the text, if they have one.
bool letters_were_left_out();

}  // namespace signalbox::document_worker
