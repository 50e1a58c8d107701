#include "vision/written_text.h"

#include <utility>

namespace signalbox::vision {

void WrittenText::add(const ReadLine& line, const evidence::Box& box) {
  const std::size_t begin = result_.text.size();
  double confidences = 0;
  std::size_t words = 0;
  for (const ReadWord& word : line.words) {
    if (word.confidence < min_confidence_) {
      left_out_bytes_ += word.text.size();
      continue;
    }
    kept_bytes_ += word.text.size();
    if (words++ > 0) result_.text += ' ';
    result_.text += word.text;
    confidences += word.confidence;
  }
  if (words == 0) return;
  confidences_ += confidences;
  words_ += words;
  result_.lines.push_back({.begin = static_cast<std::uint32_t>(begin),
                           .end = static_cast<std::uint32_t>(result_.text.size()),
                           .box = box,
                           .confidence = static_cast<float>(confidences / static_cast<double>(words))});
  result_.text += '\n';
}

Recognition WrittenText::result() && {
  if (words_ > 0) result_.confidence = confidences_ / static_cast<double>(words_);
  result_.doubtful = left_out_bytes_ > kept_bytes_;
  return std::move(result_);
}

}  // namespace signalbox::vision
