#include "cli/parity_pictures.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "digest/sha256.h"
#include "models/image_architecture.h"
#include "models/loaded_image_encoder.h"
#include "tensor/load_error.h"
#include "trust/embedder_loader.h"
#include "trust/image_loader.h"
#include "trust/parity.h"
#include "trust/picture_parity.h"
#include "trust/reversal.h"
#include "vision/decode.h"

namespace signalbox::cli {
namespace {

namespace fs = std::filesystem;
using tensor::LoadError;

// The user's own files: what a picture of 12 megapixels takes, and more.
constexpr vision::Limits kLimits{
    .bytes = std::uint64_t{256} << 20, .side = 20'000, .pixels = 100'000'000, .frames = 1000};

struct Compared {
  std::string versions;
  std::map<std::string, trust::ParitySummary> categories;
  trust::ParitySummary all;
  std::size_t decoded_otherwise = 0, resized_otherwise = 0;  // pictures
  std::string first_decoded_otherwise;
  trust::Reversals reversals;
  trust::GroundTruth reference_truth, truth;
  std::size_t labels = 0;

  bool passed() const {
    return all.passes(trust::kBoundFp32) && decoded_otherwise == 0 && resized_otherwise == 0 && reversals.none();
  }
};

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw LoadError(fmt::format("{}: cannot be read", file.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

imaging::Pixels decoded(const trust::ReferencePicture& picture) {
  const std::string bytes = bytes_of(picture.file);
  if (digest::hex(digest::sha256(bytes)) != picture.sha256)
    throw LoadError(fmt::format("{}: is not the file that the reference was made of", picture.file.string()));
  auto pixels = vision::decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "", kLimits);
  if (!pixels) throw LoadError(fmt::format("{}: {}", picture.file.string(), pixels.error().detail));
  return std::move(*pixels);
}

std::string hash_of(const imaging::Pixels& pixels) {
  return digest::hex(digest::sha256({reinterpret_cast<const char*>(pixels.rgb.data()), pixels.rgb.size()}));
}

class Comparison {
 public:
  explicit Comparison(const PictureFlags& flags)
      : flags_(flags),
        folder_(models::read_image_folder(flags.model)),
        file_(folder_.weights),
        reference_(trust::load_picture_reference(flags.images, static_cast<std::size_t>(shape().size()),
                                                 static_cast<std::size_t>(folder_.encoder.vector_width()))) {
    if (trust::digests_of(folder_).weights != reference_.weights_sha256)
      throw LoadError(fmt::format("{}: was made with other weights than those of {}", flags.images, flags.model));
    models::EncoderConfig tower = folder_.encoder;
    plant(flags.mistake, tower);
    encoder_ = models::find_image_architecture(tower.model_type)
                   ->make(tower, tensor::Weights(file_), tensor::Arithmetic::fp32);
  }

  Compared run() {
    Compared compared;
    compared.versions = reference_.versions;
    compared.labels = reference_.labels.size();
    models::EncoderWorkspace workspace(encoder_->config(), encoder_->config().sequence_tokens);
    std::vector<std::vector<float>> theirs, ours;
    std::vector<std::optional<std::size_t>> shown;
    for (const trust::ReferencePicture& picture : reference_.pictures) {
      trust::PictureParity parity = compare(picture, workspace, compared);
      compared.categories[picture.category].note(parity);
      compared.all.note(parity);
      theirs.push_back(picture.vector);
      ours.push_back(std::move(parity.vector));
      shown.push_back(picture.label);
    }
    const trust::Grid expected = trust::grid_of(theirs, reference_.label_vectors);
    const trust::Grid grid = trust::grid_of(ours, label_vectors());
    compared.reversals = trust::reversals(expected, grid);
    compared.reference_truth = trust::against_truth(expected, shown);
    compared.truth = trust::against_truth(grid, shown);
    return compared;
  }

 private:
  const models::ImageShape& shape() const { return models::image_config(folder_.encoder).image; }

  trust::PictureParity compare(const trust::ReferencePicture& picture, models::EncoderWorkspace& workspace,
                               Compared& compared) const {
    const imaging::Pixels pixels = decoded(picture);
    if (hash_of(pixels) != picture.decoded_sha256) {
      if (compared.decoded_otherwise++ == 0) compared.first_decoded_otherwise = picture.file.filename().string();
    } else if (hash_of(imaging::fit(pixels, folder_.preprocessor.geometry())) != picture.resized_sha256) {
      ++compared.resized_otherwise;
    }
    return trust::compare_picture(*encoder_, workspace, picture,
                                  preprocess_with(flags_.mistake, folder_.preprocessor, pixels));
  }

  // By our own text tower: the grid is end to end.
  std::vector<std::vector<float>> label_vectors() const {
    if (reference_.labels.empty()) return {};
    trust::EmbedderLoader loader;
    models::EmbedderRequest request;
    request.path = flags_.model;
    request.precision = models::Precision::fp32;
    const auto model = loader.open(request);
    if (!model) throw LoadError(model.error());
    std::vector<std::vector<float>> vectors;
    for (const std::string& label : reference_.labels) {
      const auto vector = (*model)->embed(label, {});
      if (!vector) throw LoadError(fmt::format("{}: {}", flags_.model, vector.error().detail));
      vectors.push_back((*vector)->values);
    }
    return vectors;
  }

  const PictureFlags& flags_;
  models::ImageFolder folder_;
  tensor::SafetensorsFile file_;
  trust::PictureReference reference_;
  std::unique_ptr<models::ImageEncoder> encoder_;
};

nlohmann::ordered_json as_json(const trust::ParitySummary& summary) {
  return {
      {"pictures", summary.pictures},
      {"preprocess_only", {{"differing", summary.preprocessed_otherwise}, {"largest", summary.largest}}},
      {"forward_only", {{"relative_error", summary.worst_forward}, {"lowest_cosine", summary.lowest_forward_cosine}}},
      {"end_to_end",
       {{"relative_error", summary.worst_end_to_end},
        {"lowest_cosine", summary.lowest_cosine},
        {"mean_cosine", summary.mean_cosine()}}}};
}

nlohmann::ordered_json as_json(const trust::GroundTruth& truth) {
  return {{"pictures", truth.pictures},     {"own_label_wins", truth.won},
          {"rules", truth.rules},           {"reversed_rules", truth.reversed_rules},
          {"lowest_auc", truth.lowest_auc}, {"mean_auc", truth.mean_auc}};
}

nlohmann::ordered_json as_json(const PictureFlags& flags, const Compared& compared) {
  nlohmann::ordered_json categories;
  for (const auto& [name, summary] : compared.categories) categories[name] = as_json(summary);
  const trust::Reversals& reversals = compared.reversals;
  return {{"model", flags.model},
          {"reference", compared.versions},
          {"bound", trust::kBoundFp32},
          {"passed", compared.passed()},
          {"differs", compared.all.differing_half(trust::kBoundFp32)},
          {"decoded_otherwise", compared.decoded_otherwise},
          {"resized_otherwise", compared.resized_otherwise},
          {"all", as_json(compared.all)},
          {"categories", categories},
          {"grid",
           {{"labels", compared.labels},
            {"winners_judged", reversals.winners_judged},
            {"winners_reversed", reversals.winners_reversed},
            {"margins", reversals.margins},
            {"margins_judged", reversals.margins_judged},
            {"margins_reversed", reversals.margins_reversed},
            {"largest_margin_change", reversals.largest_margin_change}}},
          {"reference_truth", as_json(compared.reference_truth)},
          {"truth", as_json(compared.truth)}};
}

void print_row(const std::string& name, const trust::ParitySummary& summary) {
  fmt::print("  {:<20} {:>8} {:>10} {:>9.1e}   {:>8.1e} {:.8f}   {:>8.1e} {:.8f} {:.8f}\n", name, summary.pictures,
             summary.preprocessed_otherwise, summary.largest, summary.worst_forward, summary.lowest_forward_cosine,
             summary.worst_end_to_end, summary.lowest_cosine, summary.mean_cosine());
}

void print_truth(std::string_view who, const trust::GroundTruth& truth) {
  fmt::print(
      "  {:<20} own label wins: {} of {}; rules upside down (AUC below 0.5): {} of {}; AUC from {:.3f}, mean {:.3f}\n",
      who, truth.won, truth.pictures, truth.reversed_rules, truth.rules, truth.lowest_auc, truth.mean_auc);
}

void print(const Compared& compared) {
  fmt::print("{} pictures against {}; bound: relative L2 error {:.0e}, and pixels equal to the bit\n\n",
             compared.all.pictures, compared.versions, trust::kBoundFp32);
  fmt::print("  {:<20} {:>8} {:>10} {:>9}   {:>8} {:>10}   {:>8} {:>10} {:>10}\n", "", "pictures", "preprocess", "",
             "forward", "", "end to end", "", "");
  fmt::print("  {:<20} {:>8} {:>10} {:>9}   {:>8} {:>10}   {:>8} {:>10} {:>10}\n", "", "", "differing", "max", "error",
             "min cosine", "error", "min cosine", "mean");
  for (const auto& [name, summary] : compared.categories) print_row(name, summary);
  print_row("all", compared.all);
  if (compared.decoded_otherwise > 0) {
    fmt::print("\n  {} pictures are decoded to other samples (first: {}): the decoder differs, before any resize.\n",
               compared.decoded_otherwise, compared.first_decoded_otherwise);
  }
  const std::string_view half = compared.all.differing_half(trust::kBoundFp32);
  if (!half.empty()) fmt::print("\n  What differs: {}.\n", half);
  if (compared.labels == 0) return;
  const trust::Reversals& r = compared.reversals;
  fmt::print("\n  Reversal grid, {} pictures x {} labels: {} of {} winners and {} of {} margins are reversed\n",
             r.pictures, compared.labels, r.winners_reversed, r.winners_judged, r.margins_reversed, r.margins_judged);
  fmt::print("  (judged: margins above {:.0e}, {:.1f} % of them; the largest change of a margin: {:.1e})\n",
             trust::kJudgedMargin,
             r.margins == 0 ? 0.0 : 100.0 * static_cast<double>(r.margins_judged) / static_cast<double>(r.margins),
             r.largest_margin_change);
  if (compared.truth.pictures == 0) return;
  fmt::print("\n  Against what the pictures show:\n");
  print_truth("reference", compared.reference_truth);
  print_truth("this path", compared.truth);
}

}  // namespace

int run_picture_parity(const PictureFlags& flags) {
  const Compared compared = Comparison(flags).run();
  if (flags.json) {
    std::cout << as_json(flags, compared).dump() << "\n";
  } else {
    print(compared);
  }
  return compared.passed() ? kGood : kFailed;
}

}  // namespace signalbox::cli
