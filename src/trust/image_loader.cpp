#include "trust/image_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>

#include "models/served_image_embedder.h"
#include "tensor/load_error.h"
#include "trust/classifier_loader.h"
#include "trust/file_digest.h"
#include "trust/fingerprint.h"
#include "trust/image_parity.h"
#include "trust/joined_text.h"
#include "trust/precision.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::LoadedImageEncoder;
using models::ModelInfo;
using models::Trust;
using tensor::Arithmetic;
using tensor::LoadError;

// Of golden images, at most, where a start waits: the first ones hold every layer.
constexpr std::size_t kGateImages = 3;

std::filesystem::path goldens_of(const models::ImageFolder& folder) {
  return folder.path / "goldens" / "image";
}

std::string goldens_digest(const models::ImageFolder& folder) {
  const std::filesystem::path manifest = goldens_of(folder) / "manifest.json";
  return std::filesystem::exists(manifest) ? file_sha256(manifest) : "";
}

ModelInfo describe(const models::ImageFolder& folder, const EmbedderRequest& request, const FolderDigests& digests) {
  const models::EncoderConfig& config = folder.encoder;
  if (request.dimension > config.vector_width()) {
    throw LoadError(
        fmt::format("its vectors have {} numbers, {} are asked for", config.vector_width(), request.dimension));
  }
  if (request.layer != 0 && request.layer != config.layers) {
    throw LoadError(fmt::format("an early exit after layer {} is not supported by an image tower; it has {} layers",
                                request.layer, config.layers));
  }
  ModelInfo info;
  info.name = std::filesystem::weakly_canonical(folder.path).filename().string();
  info.path = request.path;
  info.architecture = config.model_type;
  info.dimension = request.dimension != 0 ? request.dimension : static_cast<std::uint32_t>(config.vector_width());
  info.max_tokens = static_cast<std::uint32_t>(config.sequence_tokens);
  std::ranges::copy_if(config.matryoshka_dimensions, std::back_inserter(info.shorter_dimensions),
                       [&](std::uint32_t shorter) { return shorter < info.dimension; });
  set_precision(info, digests, named(request.precision));
  if (folder.joined) info.joined_space = joined_space(folder, info);
  return info;
}

// bf16 and int8 are judged by golden vectors; an image tower has no built-in pictures to be judged by without them.
void use_precision(LoadedImageEncoder& loaded, const std::optional<ImageGoldens>& goldens, Arithmetic arithmetic,
                   ModelInfo& info) {
  if (arithmetic == Arithmetic::fp32 || info.trust == Trust::untrusted) return;
  const std::string name(tensor::to_string(arithmetic));
  if (!goldens) {
    throw LoadError(name + ": an image tower without goldens is served in fp32 alone; set precision to auto or fp32");
  }
  std::unique_ptr<models::ImageEncoder> encoder = loaded.encoder_in(arithmetic);
  const Parity parity = compare_with_goldens(*encoder, *goldens);
  const std::string detail =
      fmt::format("{}: lowest cosine to fp32 {:.5f} (bound {})", name, parity.lowest_cosine, cosine_bound(arithmetic));
  if (!passes(arithmetic, parity)) {
    throw LoadError(detail + ": not good enough for this model; set precision to auto or fp32");
  }
  loaded.encoder = std::move(encoder);
  info.trust_detail += "; " + detail;
}

}  // namespace

FolderDigests digests_of(const models::ImageFolder& folder) {
  if (!folder.tokenizer.empty()) {
    return digests_of(models::ModelFolder{.path = folder.path,
                                          .weights = folder.weights,
                                          .tokenizer = folder.tokenizer,
                                          .adapter = {},
                                          .encoder = {},
                                          .sentence = {},
                                          .files = folder.files});
  }
  FolderDigests digests{.weights = file_sha256(folder.weights), .tokenizer = {}, .adapter = {}, .all = {}};
  std::string all = digests.weights;
  for (std::size_t i = 1; i < folder.files.size(); ++i) all += file_sha256(folder.files[i]);
  digests.all = text_sha256(all);
  return digests;
}

std::optional<ImageGoldens> load_own_goldens(const models::ImageFolder& folder) {
  if (!std::filesystem::exists(goldens_of(folder) / "manifest.json")) return std::nullopt;
  return load_image_goldens(goldens_of(folder), folder.encoder);
}

TrustVerdict judge_image_model(const LoadedImageEncoder& model, const FolderDigests& digests,
                               const std::optional<ImageGoldens>& goldens) {
  if (!goldens) return {Trust::unproven, "the folder has no goldens of images"};
  if (goldens->weights_sha256 != digests.weights) {
    return {Trust::untrusted, "its goldens were made with other files"};
  }
  const Parity parity = compare_with_goldens(*model.encoder, *goldens, kGateImages);
  return {parity.passes(kBoundFp32) ? Trust::proven : Trust::untrusted, parity.summary(kBoundFp32)};
}

models::EmbedderProvider::OpenedImages ImageLoader::open(const EmbedderRequest& request) {
  try {
    return open_folder(request);
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
}

std::shared_ptr<const models::ImageEmbedder> ImageLoader::open_folder(const EmbedderRequest& request) {
  const models::ImageFolder folder = models::read_image_folder(request.path);
  const FolderDigests digests = digests_of(folder);
  const models::BatchLimits limits = limits_of(request.runtime);
  ModelInfo info = describe(folder, request, digests);
  const std::string key = key_of(info, limits, goldens_digest(folder));
  std::weak_ptr<const models::ImageEmbedder>& entry = open_[key];
  if (auto open = entry.lock()) return open;
  LoadedImageEncoder loaded = LoadedImageEncoder::from(request.path);
  const std::optional<ImageGoldens> goldens = load_own_goldens(loaded.folder);
  const TrustVerdict verdict = remembered(verdicts_, "image tower", digests, goldens_digest(folder),
                                          [&] { return judge_image_model(loaded, digests, goldens); });
  info.trust = verdict.trust;
  info.trust_detail = verdict.detail;
  use_precision(loaded, goldens, named(request.precision), info);
  auto embedder = std::make_shared<const models::ServedImageEmbedder>(std::move(loaded), std::move(info), limits);
  entry = embedder;
  return embedder;
}

}  // namespace signalbox::trust
