// Spaces become "▁" (or another character), one is put before the text where the scheme says so, and words begin at it.
#include "tokenizers/metaspace.h"

#include "tokenizers/rewrite.h"

namespace signalbox::tokenizers {
namespace {

enum class Scheme : std::uint8_t { kFirst, kNever, kAlways };

class Metaspace : public PreTokenizer {
 public:
  Metaspace(std::string_view replacement, Scheme scheme, bool split)
      : replacement_(replacement), scheme_(scheme), split_(split) {}

  void split(Scratch::State& scratch) const override {
    rewrite_pieces(scratch,
                   [&](const AlignedText& in, const Piece& piece, AlignedText& out) { write(in, piece, out); });
    if (!split_) return;
    const std::string_view bytes = scratch.text.bytes();
    split_pieces(scratch, [&](const Piece& piece) {
      const std::string_view text = bytes.substr(0, piece.end);
      std::uint32_t begin = piece.begin;
      for (std::size_t at = text.find(replacement_, begin + 1); at != std::string_view::npos;
           at = text.find(replacement_, begin + 1)) {
        scratch.next_pieces.push_back({begin, static_cast<std::uint32_t>(at)});
        begin = static_cast<std::uint32_t>(at);
      }
      scratch.next_pieces.push_back({begin, piece.end});
    });
  }

 private:
  void write(const AlignedText& in, const Piece& piece, AlignedText& out) const {
    const std::string_view text = in.bytes().substr(0, piece.end);
    const bool marked = text[piece.begin] == ' ' || text.substr(piece.begin).starts_with(replacement_);
    const bool wanted = scheme_ == Scheme::kAlways || (scheme_ == Scheme::kFirst && in.source(piece.begin).begin == 0);
    if (wanted && !marked) out.append(replacement_, in.source(piece.begin));
    std::size_t done = piece.begin;
    for (std::size_t at = text.find(' ', done); at != std::string_view::npos; at = text.find(' ', done)) {
      out.copy(in, done, at);
      out.append(replacement_, in.source(at));
      done = at + 1;
    }
    out.copy(in, done, piece.end);
  }

  std::string replacement_;
  Scheme scheme_;
  bool split_;
};

Scheme read_scheme(const JsonValue& json) {
  const std::string_view name = json.string();
  if (name == "first") return Scheme::kFirst;
  if (name == "never") return Scheme::kNever;
  if (name == "always") return Scheme::kAlways;
  json.fail("is not a scheme known to this version.");
}

}  // namespace

PreTokenizerPtr read_metaspace(JsonObject& json) {
  const JsonValue replacement = json.at("replacement");
  replacement.character();
  const std::optional<JsonValue> scheme_json = json.find("prepend_scheme");
  const Scheme scheme = scheme_json ? read_scheme(*scheme_json) : Scheme::kAlways;
  json.ignore("str_rep");
  const std::optional<JsonValue> prefix = json.find("add_prefix_space");
  if (prefix && !prefix->boolean() && scheme != Scheme::kNever) prefix->fail("does not agree with prepend_scheme.");
  return std::make_unique<Metaspace>(replacement.string(), scheme, json.boolean_or("split", true));
}

}  // namespace signalbox::tokenizers
