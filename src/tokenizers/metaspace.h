// The pre-tokenizer Metaspace. See pre_tokenizer.h for what it promises.
#pragma once

#include "tokenizers/pre_tokenizer.h"

namespace signalbox::tokenizers {

PreTokenizerPtr read_metaspace(JsonObject& json);

}  // namespace signalbox::tokenizers
