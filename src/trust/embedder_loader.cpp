#include "trust/embedder_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>

#include "tensor/load_error.h"
#include "trust/file_digest.h"
#include "trust/goldens.h"
#include "trust/text_parity.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::LoadedEncoder;
using models::ModelInfo;
using models::Precision;
using models::Trust;
using tensor::LoadError;
namespace fs = std::filesystem;

// Of golden texts, at most: MiniLM takes less than a second for them. `signalbox parity` takes them all.
constexpr std::size_t kGateTokens = 2'000;
constexpr const char* kManifest = "manifest.json";

void check_precision(Precision precision) {
  if (precision == Precision::automatic || precision == Precision::fp32) return;
  throw LoadError("only fp32 is served by this build; set precision to auto or fp32");
}

// What is asked of this folder; throws where it cannot be had.
ModelInfo describe(const models::ModelFolder& folder, const FolderDigests& digests, const EmbedderRequest& request) {
  const models::EncoderConfig& config = folder.encoder;
  if (request.dimension > config.hidden) {
    throw LoadError(fmt::format("its vectors have {} numbers, {} are asked for", config.hidden, request.dimension));
  }
  if (request.layer != 0 && request.layer != config.layers) {
    throw LoadError(fmt::format("an early exit after layer {} is not supported by a {} model; it has {} layers",
                                request.layer, config.model_type, config.layers));
  }
  ModelInfo info;
  info.name = fs::weakly_canonical(folder.path).filename().string();
  info.path = request.path;
  info.architecture = config.model_type;
  info.precision = "fp32";
  info.dimension = request.dimension != 0 ? request.dimension : static_cast<std::uint32_t>(config.hidden);
  std::ranges::copy_if(config.matryoshka_dimensions, std::back_inserter(info.shorter_dimensions),
                       [&](std::uint32_t shorter) { return shorter < info.dimension; });
  info.fingerprint = text_sha256(fmt::format("{} {} {}", digests.all, info.precision, info.dimension));
  return info;
}

models::BatchLimits limits_of(const models::RuntimeOptions& options) {
  models::BatchLimits limits;
  limits.pin = options.pin;
  if (options.threads != 0) limits.threads = options.threads;
  if (options.max_batch_tokens != 0) limits.max_batch_tokens = options.max_batch_tokens;
  if (options.max_queue != 0) limits.max_queue = options.max_queue;
  return limits;
}

// Goldens belong to it: the same files are proven with them and unproven without.
std::string key_of(const ModelInfo& info, const models::BatchLimits& limits, const fs::path& goldens) {
  const fs::path manifest = goldens / kManifest;
  return fmt::format("{} {} {} {} {} {}", info.fingerprint, limits.threads, limits.pin, limits.max_batch_tokens,
                     limits.max_queue, fs::exists(manifest) ? file_sha256(manifest) : "");
}

}  // namespace

std::vector<std::size_t> texts_with_other_ids(const LoadedEncoder& model, const Goldens& goldens) {
  tokenizers::Scratch scratch;
  tokenizers::Encoding encoding;
  std::vector<std::size_t> other;
  for (std::size_t i = 0; i < goldens.texts.size(); ++i) {
    model.tokenizer.encode(goldens.texts[i].text, {.add_special_tokens = true, .max_length = model.max_tokens}, scratch,
                           encoding);
    if (encoding.ids != goldens.texts[i].ids) other.push_back(i);
  }
  return other;
}

FolderDigests digests_of(const models::ModelFolder& folder) {
  FolderDigests digests{file_sha256(folder.weights), file_sha256(folder.tokenizer), {}};
  std::string all = digests.weights + digests.tokenizer;
  for (std::size_t i = 2; i < folder.files.size(); ++i) all += file_sha256(folder.files[i]);
  digests.all = text_sha256(all);
  return digests;
}

TrustVerdict judge_text_model(const LoadedEncoder& model, const FolderDigests& digests, const fs::path& folder) {
  if (!fs::exists(folder / kManifest)) return {Trust::unproven, "the folder has no goldens"};
  const Goldens goldens = load_goldens(folder);
  if (goldens.weights_sha256 != digests.weights || goldens.tokenizer_sha256 != digests.tokenizer) {
    return {Trust::untrusted, "its goldens were made with other files"};
  }
  if (goldens.pooling != model.folder.sentence.pooling)
    return {Trust::untrusted, "its goldens were made with another pooling"};
  if (const std::vector<std::size_t> other = texts_with_other_ids(model, goldens); !other.empty()) {
    return {Trust::untrusted, fmt::format("the token ids of golden text {} are not the reference's", other.front())};
  }
  const TextParity parity = compare_with_goldens(*model.encoder, goldens, kGateTokens);
  return {parity.passes(kBoundFp32) ? Trust::proven : Trust::untrusted, parity.summary(kBoundFp32)};
}

EmbedderLoader::Opened EmbedderLoader::open(const EmbedderRequest& request) {
  // One at a time: two that open the same folder must end with one model.
  const std::lock_guard lock(mutex_);
  try {
    check_precision(request.precision);
    const models::ModelFolder folder = models::read_model_folder(request.path);
    const FolderDigests digests = digests_of(folder);
    const fs::path goldens = folder.path / "goldens";
    ModelInfo info = describe(folder, digests, request);
    const models::BatchLimits limits = limits_of(request.runtime);
    std::weak_ptr<const models::TextEmbedder>& entry = open_[key_of(info, limits, goldens)];
    if (std::shared_ptr<const models::TextEmbedder> open = entry.lock()) return open;
    LoadedEncoder loaded = LoadedEncoder::from(request.path);
    info.max_tokens = loaded.max_tokens;
    const TrustVerdict verdict = judge_text_model(loaded, digests, goldens);
    info.trust = verdict.trust;
    info.trust_detail = verdict.detail;
    auto embedder = std::make_shared<const models::ServedEmbedder>(std::move(loaded), std::move(info), limits);
    entry = embedder;
    return embedder;
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace signalbox::trust
