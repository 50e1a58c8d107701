// signalbox explain: which signals fire for a request, which decision wins, and why.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "api/eval.h"
#include "cli/base64_file.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/explain_text.h"
#include "cli/images.h"
#include "cli/load_config.h"
#include "cli/model_loader.h"
#include "models/served_models.h"

namespace signalbox::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Flags {
  std::vector<std::string> files, images;
  std::string text, messages, model;
  bool json = false;
};

// The eval request that the flags describe; nullopt with a message when a file cannot be read.
std::optional<std::string> request_body(const Flags& flags) {
  if (!flags.messages.empty()) {
    std::ifstream in(flags.messages, std::ios::binary);
    if (!in) {
      std::cerr << "signalbox: cannot read " << flags.messages << "\n";
      return std::nullopt;
    }
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool list = first != std::string::npos && text[first] == '[';  // messages alone, or a whole request
    return list ? "{\"messages\":" + text + "}" : text;
  }
  Json body = Json::object();
  if (!flags.model.empty()) body["model"] = flags.model;
  if (flags.images.empty()) {
    body["text"] = flags.text;
    return body.dump();
  }
  Json parts = Json::array();
  if (!flags.text.empty()) parts.push_back({{"type", "text"}, {"text", flags.text}});
  for (const std::string& image : flags.images) {
    const std::optional<std::string> url = image.starts_with("http") ? image : data_uri_of_file(image);
    if (!url) {
      std::cerr << "signalbox: cannot read " << image << "\n";
      return std::nullopt;
    }
    parts.push_back({{"type", "image_url"}, {"image_url", {{"url", *url}}}});
  }
  body["messages"] = Json::array({{{"role", "user"}, {"content", std::move(parts)}}});
  return body.dump();
}

int run(const Flags& flags) {
  if (flags.text.empty() && flags.images.empty() && flags.messages.empty()) {
    std::cerr << "signalbox: explain needs --text, --image or --messages\n";
    return kUsage;
  }
  models::ServedModels models(model_loader(), nullptr);
  const ConfigForCommand config = load_config(flags.files, false, &models);
  if (config.exit_code != 0) return config.exit_code;
  const std::optional<std::string> body = request_body(flags);
  if (!body) return kUsage;
  const router::Snapshot& snapshot = *config.loaded.snapshot;
  const auto images = make_image_reader(snapshot.spec->global.router);
  const auto documents = make_document_reader(snapshot.spec->global.router);
  api::EvalSettings settings;
  settings.images = images.get();
  settings.documents = documents.get();
  settings.trace = settings.signals = true;
  const auto response = api::evaluate(snapshot, *body, settings);
  if (!response) {
    std::cerr << "signalbox: " << response.error().message << (response.error().param.empty() ? "" : " at ")
              << response.error().param << " [" << response.error().code << "]\n";
    return kFailed;
  }
  std::cout << (flags.json ? response->dump(2) + "\n" : explain_text(*response));
  return kGood;
}

}  // namespace

Command add_explain(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("explain", "Show which signals fire for a request, which decision wins, and why.");
  add_config_options(*command, flags->files);
  command->add_option("--text", flags->text, "The user's text.");
  command->add_option("--image", flags->images, "A picture file (or URL); may be repeated.");
  command->add_option("--messages", flags->messages, "A JSON file: a list of messages, or a whole chat request.");
  command->add_option("--model", flags->model, "The model name the request would carry.");
  command->add_flag("--json", flags->json, "Print the eval response with signals[].");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
