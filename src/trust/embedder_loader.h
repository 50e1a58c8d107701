// Opens model folders for serving: loads, holds them to their goldens, and shares what is loaded.
//
// A folder with goldens/ is proven when its files are those the goldens were made with, the ids our tokenizer gives are
// the reference's, and every layer in fp32 stays within the bound; otherwise it is untrusted. Without goldens it is
// unproven. precision.h says in which arithmetic it is then served. Models are shared by fingerprint (content of
// weights, tokenizer and configuration), precision, dimension and runtime options, for as long as somebody holds one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "models/embedder_provider.h"
#include "models/served_embedder.h"
#include "trust/goldens.h"

namespace signalbox::trust {

class EmbedderLoader final : public models::EmbedderProvider {
 public:
  Opened open(const models::EmbedderRequest& request) override;

 private:
  // With the mutex held. Throws.
  std::shared_ptr<const models::TextEmbedder> open_folder(const models::EmbedderRequest& request);
  std::shared_ptr<const models::TextEmbedder> find(const std::string& key) const;
  std::optional<tensor::Arithmetic> known_arithmetic(models::Precision asked, const std::string& content) const;

  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const models::TextEmbedder>> open_;
  std::map<std::string, tensor::Arithmetic> automatic_;  // what `auto` chose for a content
};

// SHA-256, in hex, of the files that decide a model's numbers.
struct FolderDigests {
  std::string weights, tokenizer, all;
};
FolderDigests digests_of(const models::ModelFolder& folder);

// What a model's goldens say of it in fp32.
struct TrustVerdict {
  models::Trust trust = models::Trust::unproven;
  std::string detail;  // for people
};
// Numbers of the golden texts that our tokenizer reads otherwise than the reference did.
std::vector<std::size_t> texts_with_other_ids(const models::LoadedEncoder& model, const Goldens& goldens);
TrustVerdict judge_text_model(const models::LoadedEncoder& model, const FolderDigests& digests,
                              const std::optional<Goldens>& goldens);

}  // namespace signalbox::trust
