#include "trust/verdict.h"

#include <fmt/format.h>

#include "trust/file_digest.h"
#include "trust/text_parity.h"

namespace signalbox::trust {
namespace {

using models::LoadedEncoder;
using models::Trust;

// Of golden texts, at most: MiniLM takes less than a second for them. `signalbox parity` takes them all.
constexpr std::size_t kGateTokens = 2'000;
constexpr const char* kGoldens = "goldens";
constexpr const char* kManifest = "manifest.json";

// What is wrong before a pass is taken.
std::optional<TrustVerdict> judge_files(const LoadedEncoder& model, const FolderDigests& digests,
                                        const std::optional<Goldens>& goldens, GoldensKind kind) {
  if (!goldens) return TrustVerdict{Trust::unproven, "the folder has no goldens"};
  if (goldens->kind != kind) {
    return TrustVerdict{Trust::untrusted, "its goldens are of another kind than it is opened as"};
  }
  if (goldens->weights_sha256 != digests.weights || goldens->tokenizer_sha256 != digests.tokenizer ||
      goldens->adapter_sha256 != digests.adapter) {
    return TrustVerdict{Trust::untrusted, "its goldens were made with other files"};
  }
  if (kind == GoldensKind::text && goldens->pooling != model.folder.sentence.pooling) {
    return TrustVerdict{Trust::untrusted, "its goldens were made with another pooling"};
  }
  if (const std::vector<std::size_t> other = texts_with_other_ids(model, *goldens); !other.empty()) {
    return TrustVerdict{Trust::untrusted,
                        fmt::format("the token ids of golden text {} are not the reference's", other.front())};
  }
  return std::nullopt;
}

TrustVerdict verdict_of(const TextParity& parity) {
  return {parity.passes(kBoundFp32) ? Trust::proven : Trust::untrusted, parity.summary(kBoundFp32)};
}

}  // namespace

FolderDigests digests_of(const models::ModelFolder& folder) {
  FolderDigests digests{.weights = file_sha256(folder.weights),
                        .tokenizer = file_sha256(folder.tokenizer),
                        .adapter = folder.adapter.empty() ? "" : file_sha256(folder.adapter),
                        .all = {}};
  std::string all = digests.weights + digests.tokenizer;
  for (std::size_t i = 2; i < folder.files.size(); ++i) all += file_sha256(folder.files[i]);
  digests.all = text_sha256(all);
  return digests;
}

std::string own_goldens_digest(const models::ModelFolder& folder) {
  const std::filesystem::path manifest = folder.path / kGoldens / kManifest;
  return std::filesystem::exists(manifest) ? file_sha256(manifest) : "";
}

std::optional<Goldens> load_own_goldens(const models::ModelFolder& folder) {
  const std::filesystem::path path = folder.path / kGoldens;
  if (!std::filesystem::exists(path / kManifest)) return std::nullopt;
  return load_goldens(path);
}

std::vector<std::size_t> texts_with_other_ids(const LoadedEncoder& model, const Goldens& goldens) {
  tokenizers::Scratch scratch;
  tokenizers::Encoding encoding;
  std::vector<std::size_t> other;
  for (std::size_t i = 0; i < goldens.texts.size(); ++i) {
    model.tokenizer.encode(goldens.texts[i].text, {.add_special_tokens = true, .max_length = model.max_tokens}, scratch,
                           encoding);
    model.complete(encoding.ids);
    if (encoding.ids != goldens.texts[i].ids) other.push_back(i);
  }
  return other;
}

TrustVerdict judge_text_model(const LoadedEncoder& model, const FolderDigests& digests,
                              const std::optional<Goldens>& goldens) {
  if (std::optional<TrustVerdict> verdict = judge_files(model, digests, goldens, GoldensKind::text)) return *verdict;
  return verdict_of(compare_with_goldens(*model.encoder, model.projection_layer(), *goldens, kGateTokens));
}

TrustVerdict judge_classifier(const models::LoadedClassifier& model, const FolderDigests& digests,
                              const std::optional<Goldens>& goldens) {
  const GoldensKind kind = model.task == models::ClassifierTask::sequence ? GoldensKind::sequence_classification
                                                                          : GoldensKind::token_classification;
  if (std::optional<TrustVerdict> verdict = judge_files(model.text, digests, goldens, kind)) return *verdict;
  return verdict_of(compare_with_goldens(*model.text.encoder, *model.head, *goldens, kGateTokens));
}

TrustVerdict remembered(const VerdictStore& verdicts, std::string_view kind, const FolderDigests& digests,
                        std::string_view goldens_digest, const std::function<TrustVerdict()>& judge) {
  const std::string asked = fmt::format("{} {} against goldens {}", kind, digests.all, goldens_digest);
  if (std::optional<std::string> detail = verdicts.passed(asked)) return {Trust::proven, std::move(*detail)};
  TrustVerdict verdict = judge();
  if (verdict.trust == Trust::proven) verdicts.keep(asked, verdict.detail);
  return verdict;
}

}  // namespace signalbox::trust
