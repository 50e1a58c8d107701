#include "trust/ground_truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <expected>
#include <optional>
#include <utility>
#include <vector>

#include "trust/known_pictures.h"

namespace signalbox::trust {
namespace {

using models::TextEmbedder;
using Vectors = std::vector<std::vector<float>>;

// The vector, or why there is none that can be compared.
std::expected<std::vector<float>, std::string> vector_of(const TextEmbedder::Result& embedded) {
  if (!embedded) return std::unexpected(embedded.error().detail);
  const std::vector<float>& values = (*embedded)->values;
  if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); })) {
    return std::unexpected("its vectors hold numbers that are not finite");
  }
  return values;
}

std::expected<Vectors, std::string> label_vectors(const TextEmbedder& model, const std::vector<std::string>& labels) {
  Vectors vectors;
  for (const std::string& label : labels) {
    auto vector = vector_of(model.embed(label, {}));
    if (!vector) return std::unexpected(std::move(vector.error()));
    vectors.push_back(std::move(*vector));
  }
  return vectors;
}

std::expected<Vectors, std::string> picture_vectors(const models::ImageEmbedder& model,
                                                    const std::vector<KnownPicture>& pictures) {
  Vectors vectors;
  for (const KnownPicture& known : pictures) {
    auto vector = vector_of(model.embed({.pixels = model.preprocessor()(known.picture)}, {}));
    if (!vector) return std::unexpected(std::move(vector.error()));
    vectors.push_back(std::move(*vector));
  }
  return vectors;
}

}  // namespace

std::string GroundTruthReport::summary() const {
  if (!failure.empty()) return "the built-in pictures could not be judged: " + failure;
  if (passes()) {
    return fmt::format("{} built-in rules over {} pictures are the right way up (lowest AUC {:.2f}, \"{}\")",
                       truth.rules, truth.pictures, truth.lowest_auc, lowest_rule);
  }
  return fmt::format(
      "{} of {} built-in rules are upside down: it prefers pictures that do not show \"{}\" (AUC {:.2f})",
      truth.reversed_rules, truth.rules, lowest_rule, truth.lowest_auc);
}

GroundTruthReport check_ground_truth(const models::JointModel& model) {
  GroundTruthReport report;
  const std::vector<std::string> labels = known_labels();
  const std::vector<KnownPicture> pictures = known_pictures();
  const auto texts = label_vectors(*model.text, labels);
  const auto seen = texts ? picture_vectors(*model.images, pictures) : std::unexpected(texts.error());
  if (!seen) {
    report.failure = seen.error();
    return report;
  }
  std::vector<std::optional<std::size_t>> shown;
  for (const KnownPicture& known : pictures) shown.emplace_back(known.label);
  report.truth = against_truth(grid_of(*seen, *texts), shown);
  report.lowest_rule = labels[report.truth.lowest_rule];
  return report;
}

}  // namespace signalbox::trust
