// Post-processors: which special tokens stand around one text or between two, and how the offsets of byte-level tokens
// lose the spaces at their edges.
//
// Promises: the reference's BertProcessing, RobertaProcessing, TemplateProcessing, ByteLevel and a Sequence of those,
// brought to one form: a template for one text, one for a pair, and perhaps trimming. Immutable; any thread. Owner: the
// tokenizer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tokenizers/encoding.h"
#include "tokenizers/json.h"

namespace signalbox::tokenizers {

struct TemplatePiece {
  enum Kind : std::uint8_t { kFirst, kSecond, kSpecial };
  Kind kind = kFirst;
  std::uint32_t type_id = 0;
  std::vector<std::uint32_t> ids;  // of a special token; there may be several
};

struct Template {
  std::vector<TemplatePiece> pieces;
  std::size_t added = 0;  // special tokens
};

struct TrimOffsets {
  bool add_prefix_space = true;
};

struct PostProcessor {
  Template single;
  Template pair;
  std::optional<TrimOffsets> trim;

  // Puts the special tokens around ids, or around tokens [begin, end) of an encoding.
  void wrap(std::span<const std::uint32_t> ids, std::vector<std::uint32_t>& out) const;
  void wrap(const Encoding& tokens, std::size_t begin, std::size_t end, bool add_special, Encoding& out) const;
  void join(const Encoding& first, const Encoding& second, bool add_special, Encoding& out) const;
};

PostProcessor read_post_processor(const std::optional<JsonValue>& json);

}  // namespace signalbox::tokenizers
