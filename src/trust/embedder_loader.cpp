#include "trust/embedder_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>

#include "models/rejudged.h"
#include "tensor/load_error.h"
#include "trust/fingerprint.h"
#include "trust/goldens.h"
#include "trust/joined_text.h"
#include "trust/precision.h"
#include "trust/verdict.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::LoadedEncoder;
using models::ModelInfo;
using models::Precision;
using models::Trust;
using tensor::Arithmetic;
using tensor::LoadError;
namespace fs = std::filesystem;

// What is asked of this folder; throws where it cannot be had.
ModelInfo describe(const models::ModelFolder& folder, const EmbedderRequest& request) {
  const models::EncoderConfig& config = folder.encoder;
  if (request.dimension > config.vector_width()) {
    throw LoadError(
        fmt::format("its vectors have {} numbers, {} are asked for", config.vector_width(), request.dimension));
  }
  if (request.layer != 0 && request.layer != config.layers) {
    throw LoadError(fmt::format("an early exit after layer {} is not supported by a {} model; it has {} layers",
                                request.layer, config.model_type, config.layers));
  }
  ModelInfo info;
  info.name = fs::weakly_canonical(folder.path).filename().string();
  info.path = request.path;
  info.architecture = config.model_type;
  info.dimension = request.dimension != 0 ? request.dimension : static_cast<std::uint32_t>(config.vector_width());
  std::ranges::copy_if(config.matryoshka_dimensions, std::back_inserter(info.shorter_dimensions),
                       [&](std::uint32_t shorter) { return shorter < info.dimension; });
  return info;
}

// Judges what was loaded, and puts the encoder it is served with in the place of the fp32 one.
Arithmetic make_ready(LoadedEncoder& loaded, const std::optional<Goldens>& goldens, const TrustVerdict& verdict,
                      Precision asked, ModelInfo& info) {
  info.max_tokens = loaded.max_tokens;
  info.trust = verdict.trust;
  info.trust_detail = verdict.detail;
  if (verdict.trust == Trust::untrusted) return Arithmetic::fp32;  // it answers nothing, in no precision
  ServedPrecision served = choose_precision(asked, loaded, goldens);
  if (!served.detail.empty()) info.trust_detail += "; " + served.detail;
  if (served.encoder) loaded.encoder = std::move(served.encoder);
  return served.arithmetic;
}

}  // namespace

std::shared_ptr<const models::TextEmbedder> EmbedderLoader::find(const std::string& key) const {
  const auto found = open_.find(key);
  return found == open_.end() ? nullptr : found->second.lock();
}

EmbedderLoader::Opened EmbedderLoader::open(const EmbedderRequest& request) {
  // One at a time: two that open the same folder must end with one model.
  const std::lock_guard lock(mutex_);
  try {
    return open_folder(with_joined_text(request));
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
}

EmbedderLoader::OpenedImages EmbedderLoader::open_images(const EmbedderRequest& request) {
  const std::lock_guard lock(mutex_);
  return images_.open(request);
}

EmbedderLoader::OpenedJoint EmbedderLoader::open_joint(const EmbedderRequest& request) {
  OpenedJoint opened = EmbedderProvider::open_joint(request);
  if (!opened || check_ == GroundTruthCheck::off) return opened;
  const auto untrusted = [](const ModelInfo& info) { return info.trust == Trust::untrusted; };
  if (untrusted(opened->text->info()) || untrusted(opened->images->info())) return opened;  // it answers nothing anyway
  const std::string why = upside_down(*opened);
  if (why.empty()) return opened;
  return models::JointModel{
      .text = std::make_shared<const models::RejudgedEmbedder>(opened->text, Trust::untrusted, why),
      .images = std::make_shared<const models::RejudgedImageEmbedder>(opened->images, Trust::untrusted, why)};
}

std::string EmbedderLoader::upside_down(const models::JointModel& model) {
  const std::lock_guard lock(mutex_);
  const std::string& fingerprint = model.images->info().fingerprint;
  const auto known = upside_down_.find(fingerprint);
  if (known != upside_down_.end()) return known->second;
  const std::string asked = "ground truth of " + fingerprint;
  std::string why;
  if (!verdicts_.passed(asked)) {
    const GroundTruthReport report = check_ground_truth(model);
    // A text tower that other rules share may have been overloaded just now: the next load asks again.
    if (!report.failure.empty()) return report.summary();
    if (report.passes()) {
      verdicts_.keep(asked, report.summary());
    } else {
      why = report.summary();
    }
  }
  return upside_down_.emplace(fingerprint, why).first->second;
}

EmbedderLoader::OpenedClassifier EmbedderLoader::open_classifier(const models::ClassifierRequest& request) {
  const std::lock_guard lock(mutex_);
  return classifiers_.open(request);
}

EmbedderLoader::OpenedTagger EmbedderLoader::open_tagger(const models::ClassifierRequest& request) {
  const std::lock_guard lock(mutex_);
  return classifiers_.open_tagger(request);
}

std::shared_ptr<const models::TextEmbedder> EmbedderLoader::open_folder(const EmbedderRequest& request) {
  const models::ModelFolder folder = models::read_model_folder(request.path);
  const FolderDigests digests = digests_of(folder);
  const std::string goldens_digest = own_goldens_digest(folder);
  const models::BatchLimits limits = limits_of(request.runtime);
  ModelInfo info = describe(folder, request);
  // Its vectors meet those of the image tower, which must be computed alike.
  const bool joint = models::is_joint(folder.encoder.model_type);
  const Precision asked = joint && request.precision == Precision::automatic ? Precision::fp32 : request.precision;
  if (const std::optional<Arithmetic> known = known_arithmetic(asked, digests.all + goldens_digest)) {
    set_precision(info, digests, *known);
    if (auto open = find(key_of(info, limits, goldens_digest))) return open;
  }
  LoadedEncoder loaded = LoadedEncoder::from(request.path);
  const std::optional<Goldens> goldens = load_own_goldens(folder);
  const TrustVerdict verdict = remembered(verdicts_, "text tower", digests, goldens_digest,
                                          [&] { return judge_text_model(loaded, digests, goldens); });
  const Arithmetic arithmetic = make_ready(loaded, goldens, verdict, asked, info);
  if (asked == Precision::automatic) automatic_[digests.all + goldens_digest] = arithmetic;
  set_precision(info, digests, arithmetic);
  const std::string key = key_of(info, limits, goldens_digest);
  if (auto open = find(key)) return open;  // what `auto` has just chosen may be open by its name
  auto embedder = std::make_shared<const models::ServedEmbedder>(std::move(loaded), std::move(info), limits);
  open_[key] = embedder;
  return embedder;
}

std::optional<Arithmetic> EmbedderLoader::known_arithmetic(Precision asked, const std::string& content) const {
  if (asked != Precision::automatic) return named(asked);
  const auto chosen = automatic_.find(content);
  return chosen == automatic_.end() ? std::nullopt : std::optional(chosen->second);
}

}  // namespace signalbox::trust
