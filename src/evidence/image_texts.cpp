#include "evidence/image_reader.h"

namespace signalbox::evidence {
namespace {

// Reads the images that can be read; the others keep the reason known from their URL.
std::vector<ImageText> read_all(const Evidence& evidence, ImageReader* reader,
                                std::chrono::steady_clock::time_point deadline) {
  std::vector<ImageText> texts(evidence.images.size());
  std::vector<const Image*> readable;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i].unjudged = evidence.images[i].unjudged;
    if (texts[i].unjudged != Unjudged::none) continue;
    if (reader == nullptr) texts[i].unjudged = Unjudged::ocr_missing;
    readable.push_back(&evidence.images[i]);
  }
  if (reader == nullptr || readable.empty()) return texts;
  std::vector<ImageText> read = reader->read(readable, deadline);
  // A reader that answers short has failed for the rest: what was not read is not judged.
  read.resize(readable.size(), ImageText{.unjudged = Unjudged::decode_failed, .detail = "the reader gave no result"});
  std::size_t next = 0;
  for (ImageText& text : texts) {
    if (text.unjudged == Unjudged::none) text = std::move(read[next++]);
  }
  return texts;
}

}  // namespace

const std::vector<ImageText>& ImageTexts::get() {
  const std::lock_guard lock(mutex_);
  if (!done_) {
    texts_ = read_all(evidence_, reader_, deadline_);
    done_ = true;
  }
  return texts_;
}

bool ImageTexts::was_read() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

}  // namespace signalbox::evidence
