// signalbox parity: a model folder held to its goldens, layer by layer. Exit status 1 when a bound is missed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "tensor/load_error.h"
#include "trust/embedder_loader.h"
#include "trust/goldens.h"
#include "trust/text_parity.h"

namespace signalbox::cli {
namespace {

struct Flags {
  std::string model;
  std::string goldens;
  bool json = false;
};

nlohmann::ordered_json as_json(const Flags& flags, const trust::Goldens& goldens, const trust::TextParity& parity,
                               const std::vector<std::size_t>& other_ids) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const trust::LayerParity& layer : parity.layers) {
    layers.push_back({{"name", layer.name},
                      {"relative_error", layer.relative_error},
                      {"texts", layer.texts},
                      {"worst_text", layer.worst_text}});
  }
  return {{"model", flags.model},
          {"reference", goldens.reference},
          {"precision", "fp32"},
          {"bound", trust::kBoundFp32},
          {"passed", other_ids.empty() && parity.passes(trust::kBoundFp32)},
          {"texts", goldens.texts.size()},
          {"texts_with_other_ids", other_ids},
          {"layers", layers},
          {"lowest_cosine", parity.lowest_cosine}};
}

void print(const trust::Goldens& goldens, const trust::TextParity& parity, const std::vector<std::size_t>& other_ids) {
  fmt::print("{} texts against {}; bound: relative L2 error {:.0e}\n\n", goldens.texts.size(), goldens.reference,
             trust::kBoundFp32);
  fmt::print(
      "  {:<28} {}\n", "token ids",
      other_ids.empty() ? "equal" : fmt::format("{} texts differ, first text {}", other_ids.size(), other_ids.front()));
  for (const trust::LayerParity& layer : parity.layers) {
    if (layer.texts == 0) continue;
    fmt::print("  {:<28} {:.2e} {}  ({} texts, worst {})\n", layer.name, layer.relative_error,
               layer.relative_error <= trust::kBoundFp32 ? "good" : "BAD ", layer.texts, layer.worst_text);
  }
  fmt::print("  {:<28} {:.8f}\n", "lowest cosine of a vector", parity.lowest_cosine);
}

int run(const Flags& flags) {
  const models::LoadedEncoder model = models::LoadedEncoder::from(flags.model);
  const trust::Goldens goldens = trust::load_goldens(flags.goldens.empty() ? flags.model + "/goldens" : flags.goldens);
  const std::vector<std::size_t> other_ids = trust::texts_with_other_ids(model, goldens);
  const trust::TextParity parity = trust::compare_with_goldens(*model.encoder, goldens);
  if (flags.json) {
    std::cout << as_json(flags, goldens, parity, other_ids).dump() << "\n";
  } else {
    print(goldens, parity, other_ids);
  }
  return other_ids.empty() && parity.passes(trust::kBoundFp32) ? kGood : kFailed;
}

}  // namespace

Command add_parity(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("parity", "Hold a model to the goldens of its reference, layer by layer.");
  command->add_option("--model", flags->model, "A model folder as Hugging Face lays it out.")->required();
  command->add_option("--goldens", flags->goldens, "The goldens; by default MODEL/goldens.");
  command->add_flag("--json", flags->json, "Print JSON.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
