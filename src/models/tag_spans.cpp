#include "models/tag_spans.h"

#include <algorithm>

namespace signalbox::models {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Byte-level tokenizers count the blank before a word to it.
void trim(std::string_view text, TaggedSpan& span) {
  while (span.begin < span.end && is_blank(text[span.begin])) ++span.begin;
  while (span.begin < span.end && is_blank(text[span.end - 1])) --span.end;
}

}  // namespace

TagScheme::TagScheme(const std::vector<std::string>& labels, const std::vector<std::string>& outside) {
  for (const std::string& label : labels) {
    const bool begins = label.starts_with("B-");
    const bool none = label == "O" || std::ranges::find(outside, label) != outside.end();
    tags_.push_back({none ? "" : begins || label.starts_with("I-") ? label.substr(2) : label, begins});
  }
}

std::vector<std::string> TagScheme::types() const {
  std::vector<std::string> types;
  for (const Tag& tag : tags_) {
    if (!tag.type.empty() && std::ranges::find(types, tag.type) == types.end()) types.push_back(tag.type);
  }
  return types;
}

std::vector<TaggedSpan> TagScheme::spans(std::string_view text, const Tagging& tagging) const {
  std::vector<TaggedSpan> spans;
  double sum = 0;
  std::size_t count = 0;
  const auto close = [&] {
    if (count == 0) return;
    spans.back().confidence = static_cast<float>(sum / static_cast<double>(count));
    trim(text, spans.back());
    if (spans.back().begin == spans.back().end) spans.pop_back();
    sum = 0;
    count = 0;
  };
  for (const TaggedToken& token : tagging.tokens) {
    const Tag& tag = tags_[token.label];
    if (count != 0 && (tag.begins || tag.type != spans.back().type)) close();
    if (tag.type.empty()) continue;
    if (count == 0) spans.push_back({tag.type, token.begin, token.end, 0});
    spans.back().end = std::max(spans.back().end, token.end);
    sum += token.probability;
    ++count;
  }
  close();
  return spans;
}

}  // namespace signalbox::models
