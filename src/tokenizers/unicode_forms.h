// Decomposition of characters as Unicode 9.0 has it, in the order and with the offsets of the reference.
//
// Promises: pure; any thread.
#pragma once

#include <vector>

#include "tokenizers/normalizer.h"
#include "tokenizers/scratch.h"

namespace signalbox::tokenizers {

// Appends the full decomposition of the character (canonical, or compatible) with combining classes.
void decompose(char32_t c, bool compatible, Span source, std::vector<CodePointSource>& out);

// Sorts what was decomposed into canonical order, then gives each code point the source that the reference gives it: in
// the sorted order, the first code point of each character takes the next character's source, and the others the one
// before. A code point before all of those gets `nothing`. `sources` is working memory.
void order_canonically(std::vector<CodePointSource>& cluster, std::vector<Span>& sources, Span nothing);

// NFC, or NFKC.
NormalizerPtr make_composition(bool compatible);

}  // namespace signalbox::tokenizers
