#include "tokenizers/normalizer.h"
namespace signalbox::tokenizers {
NormalizerPtr make_composition(bool compatible);
NormalizerPtr make_composition(bool) {
  return nullptr;
}
}  // namespace signalbox::tokenizers
