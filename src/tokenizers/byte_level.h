// The pre-tokenizer ByteLevel. See pre_tokenizer.h for what it promises.
#pragma once

#include "tokenizers/pre_tokenizer.h"

namespace signalbox::tokenizers {

// `raw_bytes`: the model takes bytes, so that the text need not be written in the byte-level alphabet.
PreTokenizerPtr read_byte_level(JsonObject& json, bool raw_bytes);

}  // namespace signalbox::tokenizers
