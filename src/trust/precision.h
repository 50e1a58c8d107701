// Which arithmetic a model is served in: the fastest whose vectors stay close enough to its own fp32 ones.
//
// bf16 and int8 are judged by the lowest cosine between a text's vector and the vector of the reference; a text that
// falls below the bound refuses the arithmetic for this model, which is a valid result. Pure; one encoder pass per text
// on the caller's thread. Throws tensor::LoadError.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/embedder_provider.h"
#include "models/served_embedder.h"
#include "tensor/arithmetic.h"
#include "trust/goldens.h"
#include "trust/text_parity.h"

namespace signalbox::trust {

// Of an explicit precision.
tensor::Arithmetic named(models::Precision precision);

// Of the lowest cosine: 0.999 for int8, 0.9995 for bf16; 0 for fp32, which kBoundFp32 judges.
double cosine_bound(tensor::Arithmetic arithmetic);
bool passes(tensor::Arithmetic arithmetic, const TextParity& parity);

struct ServedPrecision {
  tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32;
  std::unique_ptr<models::TextEncoder> encoder;  // null: the fp32 one
  std::string detail;                            // for people; empty for fp32
};

// `loaded` computes in fp32. `goldens` are its own and pass; without them, explicit requests are judged by a few
// built-in texts against fp32, and automatic is fp32. Throws where an explicit request cannot be served.
ServedPrecision choose_precision(models::Precision asked, const models::LoadedEncoder& loaded,
                                 const std::optional<Goldens>& goldens);

}  // namespace signalbox::trust
