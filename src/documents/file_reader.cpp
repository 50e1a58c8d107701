#include "documents/file_reader.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "documents/pdf_pool.h"
#include "documents/text_file.h"
#include "evidence/document_type.h"

namespace signalbox::documents {
namespace {

using evidence::Document;
using evidence::DocumentText;
using evidence::DocumentType;
using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;

DocumentText from_answer(ImageText answer) {
  DocumentText text;
  text.unjudged = answer.unjudged;
  text.detail = std::move(answer.detail);
  if (text.unjudged != Unjudged::none) return text;
  std::string_view rest = answer.text;
  const auto take = [&rest] {
    const std::size_t end = std::min(rest.find(kPageEnd), rest.size());
    std::string taken(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
  };
  text.properties = take();
  while (!rest.empty()) text.pages.push_back(take());
  return text;
}

}  // namespace

std::vector<DocumentText> FileReader::read(const std::vector<const Document*>& documents,
                                           std::chrono::steady_clock::time_point deadline) {
  std::vector<DocumentText> texts(documents.size());
  std::vector<std::size_t> pdfs;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const Document& document = *documents[i];
    texts[i].unjudged = document.unjudged;
    if (document.unjudged != Unjudged::none) continue;
    switch (evidence::document_type(document.media_type)) {
      case DocumentType::text:
        texts[i] = read_text_file(document, max_bytes_);
        break;
      case DocumentType::pdf:
        pdfs.push_back(i);
        break;
      case DocumentType::other:
        texts[i].unjudged = Unjudged::document;
        break;
    }
  }
  if (!pdfs.empty()) read_pdfs(documents, pdfs, deadline, texts);
  return texts;
}

void FileReader::read_pdfs(const std::vector<const Document*>& documents, const std::vector<std::size_t>& places,
                           std::chrono::steady_clock::time_point deadline, std::vector<DocumentText>& texts) {
  if (!pdfs_) {
    for (const std::size_t place : places) {
      texts[place].unjudged = Unjudged::reader_missing;
      texts[place].detail = why_no_pdf_;
    }
    return;
  }
  std::vector<Image> given(places.size());
  std::vector<const Image*> asked;
  for (std::size_t i = 0; i < places.size(); ++i) {
    given[i].base64 = documents[places[i]]->base64;
    asked.push_back(&given[i]);
  }
  std::vector<ImageText> answers = pdfs_->read(asked, deadline);
  answers.resize(places.size(), ImageText{.unjudged = Unjudged::decode_failed, .detail = "the reader gave no result"});
  for (std::size_t i = 0; i < places.size(); ++i) texts[places[i]] = from_answer(std::move(answers[i]));
}

}  // namespace signalbox::documents
