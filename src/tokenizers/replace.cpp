// The normalizer Replace: each match of a pattern gives way to a text, which takes the offsets of the last byte of the
// match.
#include "tokenizers/normalizer.h"
#include "tokenizers/pattern.h"

namespace signalbox::tokenizers {
namespace {

class Replace : public Normalizer {
 public:
  Replace(PatternPtr pattern, std::string_view content) : pattern_(std::move(pattern)), content_(content) {}

  void apply(Scratch::State& scratch) const override {
    const AlignedText& in = scratch.text;
    scratch.matches.clear();
    if (!in.empty()) pattern_->find_all(in.bytes(), scratch.matches);
    if (scratch.matches.empty()) return;
    scratch.other.begin(in.origin());
    std::size_t done = 0;
    for (const Span match : scratch.matches) {
      scratch.other.copy(in, done, match.begin);
      scratch.other.append(content_, match.end == 0 ? Span{in.origin(), in.origin()} : in.source(match.end - 1));
      done = match.end;
    }
    scratch.other.copy(in, done, in.size());
    scratch.swap();
  }

 private:
  PatternPtr pattern_;
  std::string content_;
};

}  // namespace

NormalizerPtr read_replace(JsonObject& json) {
  PatternPtr pattern = read_pattern(json.at("pattern"));
  return std::make_unique<Replace>(std::move(pattern), json.at("content").string());
}

}  // namespace signalbox::tokenizers
