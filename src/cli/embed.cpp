// signalbox embed: the vector of a text or a picture as JSON.
#include <CLI/CLI.hpp>
#include <expected>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/base64_file.h"
#include "cli/commands.h"
#include "cli/precision_names.h"
#include "evidence/data_uri.h"
#include "trust/embedder_loader.h"
#include "vision/in_process_reader.h"

namespace signalbox::cli {
namespace {

struct Flags {
  std::string model;
  std::string text, image;
  bool from_stdin = false;
  std::uint32_t dimension = 0;
  std::string precision = "fp32";
};

struct Embedded {
  models::ModelInfo model;
  std::shared_ptr<const models::TextEmbedding> vector;
};
struct Failure {
  std::string what;
  int status = kFailed;
};
using Outcome = std::expected<Embedded, Failure>;

Outcome outcome_of(const models::ModelInfo& model, models::TextEmbedder::Result vector) {
  if (!vector) return std::unexpected(Failure{vector.error().detail});
  return Embedded{model, std::move(*vector)};
}

Outcome embed_text(const Flags& flags, const models::EmbedderRequest& request) {
  trust::EmbedderLoader loader;
  const models::EmbedderProvider::Opened model = loader.open(request);
  if (!model) return std::unexpected(Failure{model.error(), kUsage});
  const std::string text = flags.from_stdin ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : flags.text;
  return outcome_of((*model)->info(), (*model)->embed(text, {}));
}

// The file is the user's own: it is decoded in this process.
std::expected<imaging::Pixels, std::string> pixels_of(const std::string& file, const imaging::ImageGeometry& wanted) {
  const std::optional<std::string> uri = data_uri_of_file(file);
  if (!uri) return std::unexpected(file + ": cannot be read");
  const auto parsed = evidence::parse_data_uri(*uri);
  evidence::Image image;
  image.media_type = parsed->media_type;
  image.base64 = parsed->base64;
  vision::InProcessReader reader({});
  evidence::ImagePixels read =
      reader.read_pixels({&image}, wanted, std::chrono::steady_clock::time_point::max()).front();
  if (read.unjudged == evidence::Unjudged::none) return std::move(read.pixels);
  return std::unexpected(file + ": " + read.detail);
}

Outcome embed_image(const Flags& flags, const models::EmbedderRequest& request) {
  trust::EmbedderLoader loader;
  const models::EmbedderProvider::OpenedImages model = loader.open_images(request);
  if (!model) return std::unexpected(Failure{model.error(), kUsage});
  const imaging::ImagePreprocessor& preprocessor = (*model)->preprocessor();
  const auto pixels = pixels_of(flags.image, preprocessor.geometry());
  if (!pixels) return std::unexpected(Failure{pixels.error()});
  return outcome_of((*model)->info(), (*model)->embed({.pixels = preprocessor.tensor(*pixels)}, {}));
}

int run(const Flags& flags) {
  models::EmbedderRequest request;
  request.path = flags.model;
  request.dimension = flags.dimension;
  request.precision = precision_names().at(flags.precision);
  request.trust = models::TrustPolicy::allow_unproven;  // whoever asks for a vector sees the model's state beside it
  const Outcome outcome = flags.image.empty() ? embed_text(flags, request) : embed_image(flags, request);
  if (!outcome) {
    std::cerr << "signalbox: " << outcome.error().what << "\n";
    return outcome.error().status;
  }
  const models::ModelInfo& info = outcome->model;
  const nlohmann::ordered_json out{{"embedding", outcome->vector->values},
                                   {"dimension", info.dimension},
                                   {"model", info.name},
                                   {"precision", info.precision},
                                   {"trust", models::to_string(info.trust)},
                                   {"tokens", outcome->vector->tokens},
                                   {"truncated", outcome->vector->truncated()}};
  std::cout << out.dump() << "\n";
  return kGood;
}

}  // namespace

Command add_embed(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("embed", "Print the vector of a text or a picture as JSON.");
  command->add_option("--model", flags->model, "A model folder as Hugging Face lays it out.")->required();
  CLI::Option* text = command->add_option("--text", flags->text, "The text.");
  CLI::Option* stdin_text =
      command->add_flag("--stdin", flags->from_stdin, "Read the text from standard input.")->excludes(text);
  CLI::Option* image = command
                           ->add_option("--image", flags->image,
                                        "A picture file (JPEG, PNG, WebP, GIF, BMP); the model needs an image tower.")
                           ->excludes(text)
                           ->excludes(stdin_text);
  command->add_option("--dimension", flags->dimension, "Keep the first N numbers, normalised again (Matryoshka).");
  command->add_option("--precision", flags->precision, "auto, fp32, bf16 or int8.")
      ->check(CLI::IsMember(precision_names()));
  command->callback([text, stdin_text, image] {
    if (text->count() + stdin_text->count() + image->count() == 0)
      throw CLI::RequiredError("--text, --stdin or --image");
  });
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
