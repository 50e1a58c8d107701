// BERT's pre-tokenizer. See pre_tokenizer.h for what it promises.
#pragma once

#include "tokenizers/pre_tokenizer.h"

namespace signalbox::tokenizers {

PreTokenizerPtr make_bert_pre_tokenizer();

}  // namespace signalbox::tokenizers
