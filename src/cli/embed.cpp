// signalbox embed: the vector of a text as JSON.
#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "cli/precision_names.h"
#include "trust/embedder_loader.h"

namespace signalbox::cli {
namespace {

struct Flags {
  std::string model;
  std::string text;
  bool from_stdin = false;
  std::uint32_t dimension = 0;
  std::string precision = "fp32";
};

int run(const Flags& flags) {
  models::EmbedderRequest request;
  request.path = flags.model;
  request.dimension = flags.dimension;
  request.precision = precision_names().at(flags.precision);
  request.trust = models::TrustPolicy::allow_unproven;  // whoever asks for a vector sees the model's state beside it
  trust::EmbedderLoader loader;
  const models::EmbedderProvider::Opened model = loader.open(request);
  if (!model) {
    std::cerr << "signalbox: " << model.error() << "\n";
    return kUsage;
  }
  const std::string text = flags.from_stdin ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : flags.text;
  const models::TextEmbedder::Result embedding = (*model)->embed(text, {});
  if (!embedding) {
    std::cerr << "signalbox: " << embedding.error().detail << "\n";
    return kFailed;
  }
  const models::ModelInfo& info = (*model)->info();
  const nlohmann::ordered_json out{{"embedding", (*embedding)->values},
                                   {"dimension", info.dimension},
                                   {"model", info.name},
                                   {"precision", info.precision},
                                   {"trust", models::to_string(info.trust)},
                                   {"tokens", (*embedding)->tokens},
                                   {"truncated", (*embedding)->truncated()}};
  std::cout << out.dump() << "\n";
  return kGood;
}

}  // namespace

Command add_embed(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("embed", "Print the vector of a text as JSON.");
  command->add_option("--model", flags->model, "A model folder as Hugging Face lays it out.")->required();
  CLI::Option* text = command->add_option("--text", flags->text, "The text.");
  CLI::Option* stdin_text =
      command->add_flag("--stdin", flags->from_stdin, "Read the text from standard input.")->excludes(text);
  command->add_option("--dimension", flags->dimension, "Keep the first N numbers, normalised again (Matryoshka).");
  command->add_option("--precision", flags->precision, "auto, fp32, bf16 or int8.")
      ->check(CLI::IsMember(precision_names()));
  command->callback([text, stdin_text] {
    if (text->count() + stdin_text->count() == 0) throw CLI::RequiredError("--text or --stdin");
  });
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
