// signalbox parity: a model folder held to its goldens, layer by layer. Exit status 1 when a bound is missed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "tensor/load_error.h"
#include "trust/goldens.h"
#include "trust/precision.h"
#include "trust/text_parity.h"
#include "trust/verdict.h"

namespace signalbox::cli {
namespace {

struct Flags {
  std::string model;
  std::string goldens;
  std::string precision = "fp32";
  bool json = false;
};

const std::map<std::string, tensor::Arithmetic>& arithmetics() {
  static const std::map<std::string, tensor::Arithmetic> kNames{
      {"fp32", tensor::Arithmetic::fp32}, {"bf16", tensor::Arithmetic::bf16}, {"int8", tensor::Arithmetic::int8}};
  return kNames;
}

// fp32 is judged layer by layer by its relative error, the others by the cosine of the vectors.
struct Verdict {
  Verdict(tensor::Arithmetic arithmetic, const trust::TextParity& parity, const std::vector<std::size_t>& other_ids)
      : exact(arithmetic == tensor::Arithmetic::fp32),
        bound(exact ? trust::kBoundFp32 : trust::cosine_bound(arithmetic)),
        passed(other_ids.empty() && trust::passes(arithmetic, parity)) {}
  bool exact;
  double bound;
  bool passed;
};

nlohmann::ordered_json as_json(const Flags& flags, const trust::Goldens& goldens, const trust::TextParity& parity,
                               const std::vector<std::size_t>& other_ids, const Verdict& verdict) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const trust::LayerParity& layer : parity.layers) {
    layers.push_back({{"name", layer.name},
                      {"relative_error", layer.relative_error},
                      {"texts", layer.texts},
                      {"worst_text", layer.worst_text}});
  }
  return {{"model", flags.model},
          {"reference", goldens.reference},
          {"precision", flags.precision},
          {"measure", verdict.exact ? "relative_error" : "cosine"},
          {"bound", verdict.bound},
          {"passed", verdict.passed},
          {"texts", goldens.texts.size()},
          {"texts_with_other_ids", other_ids},
          {"layers", layers},
          {"lowest_cosine", parity.lowest_cosine}};
}

void print(const Flags& flags, const trust::Goldens& goldens, const trust::TextParity& parity,
           const std::vector<std::size_t>& other_ids, const Verdict& verdict) {
  fmt::print("{} texts in {} against {}; bound: {}\n\n", goldens.texts.size(), flags.precision, goldens.reference,
             verdict.exact ? fmt::format("relative L2 error {:.0e}", verdict.bound)
                           : fmt::format("cosine {} of every vector", verdict.bound));
  fmt::print(
      "  {:<28} {}\n", "token ids",
      other_ids.empty() ? "equal" : fmt::format("{} texts differ, first text {}", other_ids.size(), other_ids.front()));
  for (const trust::LayerParity& layer : parity.layers) {
    if (layer.texts == 0) continue;
    const std::string_view judged = !verdict.exact ? "" : layer.relative_error <= verdict.bound ? "good" : "BAD ";
    fmt::print("  {:<28} {:.2e} {}  ({} texts, worst {})\n", layer.name, layer.relative_error, judged, layer.texts,
               layer.worst_text);
  }
  fmt::print("  {:<28} {:.8f} {}\n", "lowest cosine", parity.lowest_cosine,
             verdict.exact    ? ""
             : verdict.passed ? "good"
                              : "BAD");
}

// What was compared, of either kind of model.
struct Compared {
  std::vector<std::size_t> other_ids;
  trust::TextParity parity;
};

Compared compare_text_model(const Flags& flags, const trust::Goldens& goldens, tensor::Arithmetic arithmetic) {
  const models::LoadedEncoder model = models::LoadedEncoder::from(flags.model);
  const std::unique_ptr<models::TextEncoder> other =
      arithmetic == tensor::Arithmetic::fp32 ? nullptr : model.encoder_in(arithmetic);
  return {trust::texts_with_other_ids(model, goldens),
          trust::compare_with_goldens(other ? *other : *model.encoder, goldens)};
}

Compared compare_classifier(const Flags& flags, const trust::Goldens& goldens, tensor::Arithmetic arithmetic) {
  if (arithmetic != tensor::Arithmetic::fp32) throw tensor::LoadError("classifiers are served in fp32 alone");
  const bool sequence = goldens.kind == trust::GoldensKind::sequence_classification;
  const models::LoadedClassifier model = models::LoadedClassifier::from(
      flags.model, sequence ? models::ClassifierTask::sequence : models::ClassifierTask::token);
  return {trust::texts_with_other_ids(model.text, goldens),
          trust::compare_with_goldens(*model.text.encoder, *model.head, goldens)};
}

int run(const Flags& flags) {
  const trust::Goldens goldens = trust::load_goldens(flags.goldens.empty() ? flags.model + "/goldens" : flags.goldens);
  const tensor::Arithmetic arithmetic = arithmetics().at(flags.precision);
  const auto [other_ids, parity] = goldens.kind == trust::GoldensKind::text
                                       ? compare_text_model(flags, goldens, arithmetic)
                                       : compare_classifier(flags, goldens, arithmetic);
  const Verdict verdict(arithmetic, parity, other_ids);
  if (flags.json) {
    std::cout << as_json(flags, goldens, parity, other_ids, verdict).dump() << "\n";
  } else {
    print(flags, goldens, parity, other_ids, verdict);
  }
  return verdict.passed ? kGood : kFailed;
}

}  // namespace

Command add_parity(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("parity", "Hold a model to the goldens of its reference, layer by layer.");
  command->add_option("--model", flags->model, "A model folder as Hugging Face lays it out.")->required();
  command->add_option("--goldens", flags->goldens, "The goldens; by default MODEL/goldens.");
  command->add_option("--precision", flags->precision, "fp32, bf16 or int8.")->check(CLI::IsMember(arithmetics()));
  command->add_flag("--json", flags->json, "Print JSON.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
