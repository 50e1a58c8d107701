// The pre-tokenizers UnicodeScripts and FixedLength. See pre_tokenizer.h for what they promise.
#pragma once

#include "tokenizers/pre_tokenizer.h"

namespace signalbox::tokenizers {

PreTokenizerPtr make_script_split();
PreTokenizerPtr make_fixed_length(std::uint32_t characters);

}  // namespace signalbox::tokenizers
