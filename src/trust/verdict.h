// What a model's goldens say of it in fp32.
//
// A folder with goldens/ is proven when its files are those the goldens were made with, the ids our tokenizer gives are
// the reference's, and every layer, and the vector or the logits, stay within the bound; otherwise it is untrusted.
// Without goldens it is unproven. Pure; takes encoder passes on the caller's thread. Throws tensor::LoadError.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/loaded_classifier.h"
#include "models/loaded_encoder.h"
#include "models/text_embedder.h"
#include "trust/goldens.h"
#include "trust/verdict_store.h"

namespace signalbox::trust {

// SHA-256, in hex, of the files that decide a model's numbers.
struct FolderDigests {
  std::string weights, tokenizer, adapter, all;  // adapter: empty where there is none
};
FolderDigests digests_of(const models::ModelFolder& folder);

// The digest of a folder's goldens; empty where there are none. load_own_goldens() then has them.
std::string own_goldens_digest(const models::ModelFolder& folder);
std::optional<Goldens> load_own_goldens(const models::ModelFolder& folder);

struct TrustVerdict {
  models::Trust trust = models::Trust::unproven;
  std::string detail;  // for people
};
// Numbers of the golden texts that our tokenizer reads otherwise than the reference did.
std::vector<std::size_t> texts_with_other_ids(const models::LoadedEncoder& model, const Goldens& goldens);
TrustVerdict judge_text_model(const models::LoadedEncoder& model, const FolderDigests& digests,
                              const std::optional<Goldens>& goldens);
TrustVerdict judge_classifier(const models::LoadedClassifier& model, const FolderDigests& digests,
                              const std::optional<Goldens>& goldens);

// What `verdicts` remembers of this content, else what `judge` says; a proof is kept. `kind` is what it is judged as.
TrustVerdict remembered(const VerdictStore& verdicts, std::string_view kind, const FolderDigests& digests,
                        std::string_view goldens_digest, const std::function<TrustVerdict()>& judge);

}  // namespace signalbox::trust
