#include "trust/classifier_loader.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <utility>

#include "models/served_classifier.h"
#include "models/served_tagger.h"
#include "tensor/load_error.h"
#include "trust/file_digest.h"
#include "trust/verdict.h"

namespace signalbox::trust {
namespace {

using models::ClassifierRequest;
using models::ClassifierTask;
using models::Precision;
namespace fs = std::filesystem;

void check_precision(Precision asked) {
  if (asked == Precision::automatic || asked == Precision::fp32) return;
  throw tensor::LoadError(
      "classifiers are served in fp32, since thresholds are calibrated on their probabilities; set precision to auto "
      "or "
      "fp32");
}

models::ModelInfo describe(const models::LoadedClassifier& loaded, const ClassifierRequest& request,
                           const FolderDigests& digests, const TrustVerdict& verdict) {
  const models::ModelFolder& folder = loaded.text.folder;
  models::ModelInfo info;
  info.name = fs::weakly_canonical(folder.path).filename().string();
  info.path = request.path;
  info.architecture = folder.encoder.model_type;
  info.precision = "fp32";
  info.fingerprint = text_sha256(fmt::format("{} {}", digests.all, to_string(loaded.task)));
  info.dimension = static_cast<std::uint32_t>(folder.encoder.hidden);
  info.max_tokens = loaded.text.max_tokens;
  info.trust = verdict.trust;
  info.trust_detail = verdict.detail;
  return info;
}

// All that makes two requests two models.
std::string key_of(const ClassifierRequest& request, const models::BatchLimits& limits, const FolderDigests& digests,
                   std::string_view goldens) {
  const models::WindowOptions& windows = request.windows;
  return fmt::format("{} {} {} {} {} {} {} {} {}", digests.all, goldens, windows.tokens, windows.overlap, windows.limit,
                     limits.threads, limits.pin, limits.max_batch_tokens, limits.max_queue);
}

// Served is what implements Model for this task.
template <class Served, class Model>
std::expected<std::shared_ptr<const Model>, std::string> open_as(
    ClassifierTask task, const ClassifierRequest& request, const VerdictStore& verdicts,
    std::map<std::string, std::weak_ptr<const Model>>& open_models) {
  try {
    check_precision(request.precision);
    models::ClassifierFolder folder = models::read_classifier_folder(request.path, task);
    const FolderDigests digests = digests_of(folder.folder);
    const models::BatchLimits limits = limits_of(request.runtime);
    const std::string goldens_digest = own_goldens_digest(folder.folder);
    const std::string key = key_of(request, limits, digests, goldens_digest);
    std::weak_ptr<const Model>& place = open_models[key];
    if (std::shared_ptr<const Model> open = place.lock()) return open;
    const std::optional<Goldens> goldens = load_own_goldens(folder.folder);
    models::LoadedClassifier loaded = models::LoadedClassifier::from(std::move(folder), task);
    const TrustVerdict verdict = remembered(verdicts, to_string(task), digests, goldens_digest,
                                            [&] { return judge_classifier(loaded, digests, goldens); });
    models::ModelInfo info = describe(loaded, request, digests, verdict);
    auto served = std::make_shared<const Served>(std::move(loaded), std::move(info), request.windows, limits);
    place = served;
    return served;
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace

models::BatchLimits limits_of(const models::RuntimeOptions& options) {
  models::BatchLimits limits;
  limits.pin = options.pin;
  if (options.threads != 0) limits.threads = options.threads;
  if (options.max_batch_tokens != 0) limits.max_batch_tokens = options.max_batch_tokens;
  if (options.max_queue != 0) limits.max_queue = options.max_queue;
  return limits;
}

models::EmbedderProvider::OpenedClassifier ClassifierLoader::open(const ClassifierRequest& request) {
  return open_as<models::ServedClassifier>(ClassifierTask::sequence, request, verdicts_, classifiers_);
}

models::EmbedderProvider::OpenedTagger ClassifierLoader::open_tagger(const ClassifierRequest& request) {
  return open_as<models::ServedTagger>(ClassifierTask::token, request, verdicts_, taggers_);
}

}  // namespace signalbox::trust
