// What Split and Replace look for: a literal, or a regular expression.
//
// The expressions of the well-known tokenizers are recognised by their text and matched by hand-written scanners
// (scanners.h), which are linear. Others are given to ICU, translated from Oniguruma's dialect, with a limit of time
// for each text: what a pattern has not matched by then stays unmatched. What the translation does not know is a load
// fault. Promises: immutable; any thread. A scanner and a literal allocate nothing; ICU does.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tokenizers/encoding.h"
#include "tokenizers/json.h"

namespace signalbox::tokenizers {

class Pattern {
 public:
  virtual ~Pattern() = default;
  // Appends the matches in the text, in order, without overlap.
  virtual void find_all(std::string_view text, std::vector<Span>& out) const = 0;
};

using PatternPtr = std::unique_ptr<const Pattern>;

// {"String": "..."} or {"Regex": "..."}
PatternPtr read_pattern(const JsonValue& json);
PatternPtr make_literal(std::string_view literal);
// `path` is where the expression stands, for the fault.
PatternPtr make_regex(std::string_view expression, const std::string& path);

}  // namespace signalbox::tokenizers
