// What an opened model is known by.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "models/encoder_batcher.h"
#include "models/text_embedder.h"
#include "tensor/arithmetic.h"
#include "trust/verdict.h"

namespace signalbox::trust {

// Sets precision and fingerprint, which is that of the space its vectors belong to: files, arithmetic and dimension,
// which must be set. The towers of a joint model have the same.
void set_precision(models::ModelInfo& info, const FolderDigests& digests, tensor::Arithmetic arithmetic);

// Models with equal keys are one. Goldens belong to it: the same files are proven with them and unproven without.
std::string key_of(const models::ModelInfo& info, const models::BatchLimits& limits, std::string_view goldens);

}  // namespace signalbox::trust
