// signalbox parity: a model folder held to its goldens, tower by tower and layer by layer. Exit status 1 when a bound
// is missed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/parity_pictures.h"
#include "models/loaded_image_encoder.h"
#include "tensor/load_error.h"
#include "trust/embedder_loader.h"
#include "trust/goldens.h"
#include "trust/ground_truth.h"
#include "trust/image_parity.h"
#include "trust/precision.h"
#include "trust/text_parity.h"
#include "trust/verdict.h"

namespace signalbox::cli {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string model;
  std::string goldens;
  std::string precision = "fp32";
  std::string images;
  std::string mistake;
  bool json = false;
};

const std::map<std::string, tensor::Arithmetic>& arithmetics() {
  static const std::map<std::string, tensor::Arithmetic> kNames{
      {"fp32", tensor::Arithmetic::fp32}, {"bf16", tensor::Arithmetic::bf16}, {"int8", tensor::Arithmetic::int8}};
  return kNames;
}

// What was compared, of either kind of tower.
struct Compared {
  std::string reference;
  std::size_t samples = 0;
  std::vector<std::size_t> other_ids;  // of texts
  trust::Parity parity;
  std::optional<trust::GroundTruthReport> ground_truth = std::nullopt;  // of images, beside a text tower

  bool of_images() const { return parity.sample == std::string_view("image"); }
};

// fp32 is judged layer by layer by its relative error, the others by the cosine of the vectors.
struct Verdict {
  Verdict(tensor::Arithmetic arithmetic, const Compared& compared)
      : exact(arithmetic == tensor::Arithmetic::fp32),
        bound(exact ? trust::kBoundFp32 : trust::cosine_bound(arithmetic)),
        passed(compared.other_ids.empty() && trust::passes(arithmetic, compared.parity)) {}
  bool exact;
  double bound;
  bool passed;
};

nlohmann::ordered_json as_json(const Flags& flags, const Compared& compared, const Verdict& verdict) {
  const std::string samples = std::string(compared.parity.sample) + "s",
                    worst = "worst_" + std::string(compared.parity.sample);
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const trust::LayerParity& layer : compared.parity.layers) {
    layers.push_back({{"name", layer.name},
                      {"relative_error", layer.relative_error},
                      {samples, layer.texts},
                      {worst, layer.worst_text}});
  }
  nlohmann::ordered_json json{{"model", flags.model},         {"reference", compared.reference},
                              {"precision", flags.precision}, {"measure", verdict.exact ? "relative_error" : "cosine"},
                              {"bound", verdict.bound},       {"passed", verdict.passed},
                              {samples, compared.samples}};
  if (!compared.of_images()) json["texts_with_other_ids"] = compared.other_ids;
  const trust::LayerParity* const first = verdict.exact ? compared.parity.first_divergence(verdict.bound) : nullptr;
  json["first_divergence"] = first == nullptr ? nlohmann::ordered_json() : nlohmann::ordered_json(first->name);
  json["layers"] = layers;
  json["lowest_cosine"] = compared.parity.lowest_cosine;
  if (const auto& seen = compared.ground_truth) {
    json["ground_truth"] = {
        {"served", seen->passes()}, {"rules", seen->truth.rules},           {"reversed", seen->truth.reversed_rules},
        {"won", seen->truth.won},   {"lowest_auc", seen->truth.lowest_auc}, {"detail", seen->summary()}};
  }
  return json;
}

void print(const Flags& flags, const Compared& compared, const Verdict& verdict) {
  fmt::print("{} {}s in {} against {}; bound: {}\n\n", compared.samples, compared.parity.sample, flags.precision,
             compared.reference,
             verdict.exact ? fmt::format("relative L2 error {:.0e}", verdict.bound)
                           : fmt::format("cosine {} of every vector", verdict.bound));
  const std::vector<std::size_t>& other = compared.other_ids;
  if (!compared.of_images()) {
    fmt::print("  {:<28} {}\n", "token ids",
               other.empty() ? "equal" : fmt::format("{} texts differ, first text {}", other.size(), other.front()));
  }
  for (const trust::LayerParity& layer : compared.parity.layers) {
    if (layer.texts == 0) continue;
    const std::string_view judged = !verdict.exact ? "" : layer.relative_error <= verdict.bound ? "good" : "BAD ";
    fmt::print("  {:<28} {:.2e} {}  ({} {}s, worst {})\n", layer.name, layer.relative_error, judged, layer.texts,
               compared.parity.sample, layer.worst_text);
  }
  fmt::print("  {:<28} {:.8f} {}\n", "lowest cosine", compared.parity.lowest_cosine,
             verdict.exact    ? ""
             : verdict.passed ? "good"
                              : "BAD");
  const trust::LayerParity* const first = verdict.exact ? compared.parity.first_divergence(verdict.bound) : nullptr;
  if (first != nullptr) fmt::print("\n  The first that differs is: {}\n", first->name);
  if (const auto& seen = compared.ground_truth) {
    fmt::print("\n  Ground truth: {}.{}\n", seen->summary(), seen->passes() ? "" : " It will not be served.");
  }
}

Compared compare_text_model(const Flags& flags, const trust::Goldens& goldens, tensor::Arithmetic arithmetic) {
  const models::LoadedEncoder model = models::LoadedEncoder::from(flags.model);
  const std::unique_ptr<models::TextEncoder> other =
      arithmetic == tensor::Arithmetic::fp32 ? nullptr : model.encoder_in(arithmetic);
  return {.reference = goldens.reference,
          .samples = goldens.texts.size(),
          .other_ids = trust::texts_with_other_ids(model, goldens),
          .parity = trust::compare_with_goldens(other ? *other : *model.encoder, model.projection_layer(), goldens)};
}

Compared compare_classifier(const Flags& flags, const trust::Goldens& goldens, tensor::Arithmetic arithmetic) {
  if (arithmetic != tensor::Arithmetic::fp32) throw tensor::LoadError("classifiers are served in fp32 alone");
  const bool sequence = goldens.kind == trust::GoldensKind::sequence_classification;
  const models::LoadedClassifier model = models::LoadedClassifier::from(
      flags.model, sequence ? models::ClassifierTask::sequence : models::ClassifierTask::token);
  return {.reference = goldens.reference,
          .samples = goldens.texts.size(),
          .other_ids = trust::texts_with_other_ids(model.text, goldens),
          .parity = trust::compare_with_goldens(*model.text.encoder, *model.head, goldens)};
}

Compared compare_texts(const Flags& flags, const fs::path& folder, tensor::Arithmetic arithmetic) {
  const trust::Goldens goldens = trust::load_goldens(folder);
  return goldens.kind == trust::GoldensKind::text ? compare_text_model(flags, goldens, arithmetic)
                                                  : compare_classifier(flags, goldens, arithmetic);
}

// Whatever the goldens say, this is asked before a joint model is served.
std::optional<trust::GroundTruthReport> ground_truth_of(const Flags& flags) {
  if (!fs::exists(fs::path(flags.model) / "tokenizer.json") && !models::joined_text_of(flags.model))
    return std::nullopt;
  trust::EmbedderLoader loader(trust::GroundTruthCheck::off);
  models::EmbedderRequest request;
  request.path = flags.model;
  request.precision = models::Precision::fp32;
  const auto joint = loader.open_joint(request);
  if (!joint) throw tensor::LoadError(joint.error());
  return trust::check_ground_truth(*joint);
}

Compared compare_images(const Flags& flags, const fs::path& folder, tensor::Arithmetic arithmetic) {
  const models::LoadedImageEncoder model = models::LoadedImageEncoder::from(flags.model);
  const trust::ImageGoldens goldens = trust::load_image_goldens(folder, model.folder.encoder);
  const std::unique_ptr<models::ImageEncoder> other =
      arithmetic == tensor::Arithmetic::fp32 ? nullptr : model.encoder_in(arithmetic);
  return {.reference = goldens.reference,
          .samples = goldens.images.size(),
          .other_ids = {},
          .parity = trust::compare_with_goldens(other ? *other : *model.encoder, goldens),
          .ground_truth = ground_truth_of(flags)};
}

// Every tower that has goldens; where none has, the error of the first.
std::vector<Compared> compare(const Flags& flags, tensor::Arithmetic arithmetic) {
  const fs::path folder = flags.goldens.empty() ? fs::path(flags.model) / "goldens" : fs::path(flags.goldens);
  const bool images = fs::exists(folder / "image" / "manifest.json");
  std::vector<Compared> towers;
  if (!images || fs::exists(folder / "manifest.json")) towers.push_back(compare_texts(flags, folder, arithmetic));
  if (images) towers.push_back(compare_images(flags, folder / "image", arithmetic));
  return towers;
}

int run(const Flags& flags) {
  if (!flags.images.empty()) {
    const Mistake mistake = flags.mistake.empty() ? Mistake::none : mistake_names().at(flags.mistake);
    return run_picture_parity({.model = flags.model, .images = flags.images, .mistake = mistake, .json = flags.json});
  }
  const tensor::Arithmetic arithmetic = arithmetics().at(flags.precision);
  bool passed = true, first = true;
  for (const Compared& compared : compare(flags, arithmetic)) {
    const Verdict verdict(arithmetic, compared);
    passed = passed && verdict.passed;
    if (flags.json) {
      std::cout << as_json(flags, compared, verdict).dump() << "\n";
    } else {
      if (!first) fmt::print("\n");
      print(flags, compared, verdict);
    }
    first = false;
  }
  return passed ? kGood : kFailed;
}

}  // namespace

Command add_parity(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("parity", "Hold a model to the goldens of its reference, layer by layer.");
  command->add_option("--model", flags->model, "A model folder as Hugging Face lays it out.")->required();
  command->add_option("--goldens", flags->goldens,
                      "The goldens (those of an image tower in image/); by default MODEL/goldens.");
  command->add_option("--precision", flags->precision, "fp32, bf16 or int8.")->check(CLI::IsMember(arithmetics()));
  CLI::Option* images = command->add_option("--images", flags->images,
                                            "Pictures with what the reference makes of them "
                                            "(parity/image/reference.py): preprocessing, forward pass and both "
                                            "together are compared, and which label wins.");
  command
      ->add_option("--plant", flags->mistake,
                   "With --images: make one of the mistakes that reverse pictures, to see it found.")
      ->check(CLI::IsMember(mistake_names()))
      ->needs(images);
  command->add_flag("--json", flags->json, "Print JSON.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
