// Which inline files are read at all, by their declared media type.
//
// Whether the bytes are what is declared is for the reader to say. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::evidence {

enum class DocumentType : std::uint8_t {
  other,  // Word files, archives, HTML…: passed on as unjudged (document)
  text,   // characters that are read as they stand
  pdf,
};

// `media_type` without parameters, in any letter case.
DocumentType document_type(std::string_view media_type);

}  // namespace signalbox::evidence
