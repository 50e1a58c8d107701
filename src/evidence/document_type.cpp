#include "evidence/document_type.h"

#include <algorithm>
#include <array>

#include "evidence/data_uri.h"

namespace signalbox::evidence {
namespace {

// Not HTML and XML: what they show is not what they say (entities, comments, scripts, styles).
constexpr std::array<std::string_view, 13> kTexts{"text/plain",
                                                  "text/markdown",
                                                  "text/x-markdown",
                                                  "text/csv",
                                                  "text/tab-separated-values",
                                                  "text/yaml",
                                                  "text/x-yaml",
                                                  "application/yaml",
                                                  "application/x-yaml",
                                                  "application/json",
                                                  "application/jsonl",
                                                  "application/x-ndjson",
                                                  "application/x-jsonlines"};

}  // namespace

DocumentType document_type(std::string_view media_type) {
  const auto is_declared = [&](std::string_view known) { return equals_ignoring_case(known, media_type); };
  if (is_declared("application/pdf") || is_declared("application/x-pdf")) return DocumentType::pdf;
  return std::any_of(kTexts.begin(), kTexts.end(), is_declared) ? DocumentType::text : DocumentType::other;
}

}  // namespace signalbox::evidence
