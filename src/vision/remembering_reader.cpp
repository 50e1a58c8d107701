#include "vision/remembering_reader.h"

#include <utility>

#include "evidence/image_content.h"

namespace signalbox::vision {
namespace {

using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;

// List and map nodes, the key twice.
constexpr std::size_t kOverhead = 256;

// Whether it is the picture's own fault, and the next request would find the same.
bool is_lasting(Unjudged why) {
  switch (why) {
    case Unjudged::none:
    case Unjudged::unsupported_format:
    case Unjudged::decode_failed:
    case Unjudged::low_confidence:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<ImageText> RememberingReader::read(const std::vector<const Image*>& images,
                                               std::chrono::steady_clock::time_point deadline) {
  std::vector<ImageText> texts(images.size());
  std::vector<const Image*> unknown;
  std::vector<std::pair<std::size_t, digest::Sha256>> places;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const digest::Sha256 key = evidence::content_of(*images[i]);
    if (std::optional<ImageText> known = find(key)) {
      texts[i] = std::move(*known);
    } else {
      unknown.push_back(images[i]);
      places.emplace_back(i, key);
    }
  }
  if (unknown.empty()) return texts;
  std::vector<ImageText> read = reader_->read(unknown, deadline);
  // A reader that answers short has failed for the rest.
  read.resize(unknown.size(), ImageText{.unjudged = Unjudged::decode_failed, .detail = "the reader gave no result"});
  for (std::size_t i = 0; i < places.size(); ++i) {
    keep(places[i].second, read[i]);
    texts[places[i].first] = std::move(read[i]);
  }
  return texts;
}

std::optional<ImageText> RememberingReader::find(const digest::Sha256& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->text;
}

void RememberingReader::keep(const digest::Sha256& key, const ImageText& text) {
  const std::size_t bytes = kOverhead + sizeof(Entry) + text.text.size() + text.detail.size() +
                            text.lines.size() * sizeof(evidence::TextLine);
  if (!is_lasting(text.unjudged) || bytes > max_bytes_) return;
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return;
  entries_.push_front({key, text, bytes});
  by_key_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > max_bytes_) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace signalbox::vision
