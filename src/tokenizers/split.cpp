#include "tokenizers/split.h"

#include "tokenizers/chars.h"
#include "tokenizers/scanners.h"

namespace signalbox::tokenizers {
namespace {

class PatternSplit : public PreTokenizer {
 public:
  PatternSplit(PatternPtr pattern, Behavior behavior, bool invert)
      : pattern_(std::move(pattern)), behavior_(behavior), invert_(invert) {}

  void split(Scratch::State& scratch) const override {
    split_pieces(scratch, [&](const Piece& piece) {
      const std::string_view text = scratch.text.bytes().substr(piece.begin, piece.end - piece.begin);
      scratch.matches.clear();
      scratch.segments.clear();
      pattern_->find_all(text, scratch.matches);
      cover(text, scratch.matches, invert_, scratch.segments);
      cut_segments(behavior_, piece.begin, scratch);
    });
  }

 private:
  PatternPtr pattern_;
  Behavior behavior_;
  bool invert_;
};

// Each character for which the test holds is a match.
template <typename Test>
class CharacterSplit : public PreTokenizer {
 public:
  CharacterSplit(Test test, Behavior behavior) : test_(test), behavior_(behavior) {}

  void split(Scratch::State& scratch) const override {
    split_pieces(scratch, [&](const Piece& piece) {
      const std::string_view text = scratch.text.bytes().substr(piece.begin, piece.end - piece.begin);
      scratch.matches.clear();
      scratch.segments.clear();
      for (std::size_t at = 0; at < text.size();) {
        const Decoded c = decode_valid(text, at);
        const auto begin = static_cast<std::uint32_t>(at);
        at += c.length;
        if (test_(c.value)) scratch.matches.push_back({begin, begin + c.length});
      }
      cover(text, scratch.matches, false, scratch.segments);
      cut_segments(behavior_, piece.begin, scratch);
    });
  }

 private:
  Test test_;
  Behavior behavior_;
};

// The pieces are the matches of a scanner; nothing else is kept.
class ScannedWords : public PreTokenizer {
 public:
  explicit ScannedWords(Scanner scanner) : scanner_(scanner) {}

  void split(Scratch::State& scratch) const override {
    split_pieces(scratch, [&](const Piece& piece) {
      const std::string_view text = scratch.text.bytes().substr(piece.begin, piece.end - piece.begin);
      const auto size = static_cast<std::uint32_t>(text.size());
      for (std::uint32_t at = 0; at < size;) {
        const std::uint32_t end = scanner_(chars_, text, at);
        if (end > at) scratch.next_pieces.push_back({piece.begin + at, piece.begin + end});
        at = end > at ? end : at + sequence_length(text[at]);
      }
    });
  }

 private:
  Scanner scanner_;
  const CharTable& chars_ = CharTable::get();
};

}  // namespace

Behavior read_behavior(const JsonValue& json) {
  const std::string_view name = json.string();
  if (name == "Removed") return Behavior::kRemoved;
  if (name == "Isolated") return Behavior::kIsolated;
  if (name == "MergedWithPrevious") return Behavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return Behavior::kMergedWithNext;
  if (name == "Contiguous") return Behavior::kContiguous;
  json.fail("is not a behavior known to this version.");
}

void cover(std::string_view text, const std::vector<Span>& matches, bool invert, std::vector<Segment>& out) {
  std::uint32_t done = 0;
  for (const Span match : matches) {
    if (match.begin != done) out.push_back({done, match.begin, invert});
    out.push_back({match.begin, match.end, !invert});
    done = match.end;
  }
  if (done != text.size()) out.push_back({done, static_cast<std::uint32_t>(text.size()), invert});
}

void cut_segments(Behavior behavior, std::uint32_t origin, Scratch::State& scratch) {
  std::vector<Segment>& segments = scratch.segments;
  // Merging backwards is done in place: a segment that goes to its neighbour becomes empty.
  bool previous = false;
  if (behavior == Behavior::kMergedWithNext) {
    for (std::size_t i = segments.size(); i-- > 0;) {
      const bool match = segments[i].match;
      if (match && !previous && i + 1 < segments.size()) {
        segments[i + 1].begin = segments[i].begin;
        segments[i].end = segments[i].begin;
      }
      previous = match;
    }
  }
  std::vector<Piece>& out = scratch.next_pieces;
  const std::size_t first = out.size();
  previous = false;
  for (const Segment& segment : segments) {
    const bool removed = behavior == Behavior::kRemoved && segment.match;
    const bool merge = behavior == Behavior::kContiguous           ? segment.match == previous
                       : behavior == Behavior::kMergedWithPrevious ? segment.match && !previous
                                                                   : false;
    previous = segment.match;
    if (segment.begin == segment.end || removed) continue;
    if (merge && out.size() > first) {
      out.back().end = origin + segment.end;
    } else {
      out.push_back({origin + segment.begin, origin + segment.end});
    }
  }
}

PreTokenizerPtr read_split(JsonObject& json) {
  PatternPtr pattern = read_pattern(json.at("pattern"));
  const Behavior behavior = read_behavior(json.at("behavior"));
  const bool invert = json.at("invert").boolean();
  const std::optional<JsonValue> regex = json.at("pattern").object().find("Regex");
  const Scanner scanner = regex ? find_scanner(regex->string()) : nullptr;
  const bool only_matches = (behavior == Behavior::kRemoved && invert) ||
                            (behavior == Behavior::kIsolated && scanner != nullptr && matches_everything(scanner));
  if (scanner != nullptr && only_matches) return std::make_unique<ScannedWords>(scanner);
  return std::make_unique<PatternSplit>(std::move(pattern), behavior, invert);
}

PreTokenizerPtr make_class_split(std::uint16_t classes, Behavior behavior) {
  const auto test = [&chars = CharTable::get(), classes](char32_t c) { return chars.is(c, classes); };
  return std::make_unique<CharacterSplit<decltype(test)>>(test, behavior);
}

PreTokenizerPtr make_character_split(char32_t wanted, Behavior behavior) {
  const auto test = [wanted](char32_t c) { return c == wanted; };
  return std::make_unique<CharacterSplit<decltype(test)>>(test, behavior);
}

PreTokenizerPtr make_whitespace_split() {
  return std::make_unique<ScannedWords>(scan_words);
}

}  // namespace signalbox::tokenizers
