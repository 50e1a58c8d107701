// A text file of a request as the UTF-8 that signals judge.
//
// Judged are the characters as they stand: escapes of JSON, markup and the like are not undone, as in messages. What
// another reader could take for other characters (a charset that is not Unicode, bytes of no text at all, the beginning
// of a format that is not text) is refused. Pure; any thread.
#pragma once

#include <cstddef>

#include "evidence/document_reader.h"

namespace signalbox::documents {

// `document` is declared as text. The size is checked before anything is allocated.
evidence::DocumentText read_text_file(const evidence::Document& document, std::size_t max_bytes);

}  // namespace signalbox::documents
