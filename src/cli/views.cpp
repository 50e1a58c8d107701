// signalbox views: what texts say once their disguises are taken off, as rules judge them. Training reads the same.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "disguise/views.h"
#include "learn/bounded_lines.h"

namespace signalbox::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxLine = std::size_t{8} << 20;

struct Flags {
  std::string file;
};

Json views_json(const disguise::Views& views) {
  Json list = Json::array();
  for (const disguise::View& view : views.views) {
    Json steps = Json::array();
    for (const disguise::Step step : view.steps) steps.push_back(std::string(disguise::to_string(step)));
    list.push_back({{"steps", std::move(steps)}, {"excerpt", view.excerpt}, {"text", view.text}});
  }
  return {{"views", std::move(list)}, {"complete", views.complete}};
}

int fail(const std::string& why) {
  std::cerr << "signalbox: " << why << "\n";
  return kUsage;
}

int run(const Flags& flags) {
  std::ifstream in(flags.file, std::ios::binary);
  if (!in) return fail("cannot read " + flags.file);
  learn::BoundedLines lines(in, flags.file, kMaxLine);
  while (const auto line = lines.next()) {
    if (!*line) return fail(line->error());
    const Json json = Json::parse(**line, nullptr, false);
    if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) {
      return fail(flags.file + ":" + std::to_string(lines.number()) + ": no object with a \"text\"");
    }
    std::cout << views_json(disguise::views_of(json["text"].get_ref<const std::string&>())).dump() << "\n";
  }
  return kGood;
}

}  // namespace

Command add_views(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("views", "Print texts as they read without disguises, a JSON object a line.");
  command->add_option("--texts", flags->file, "A file with an object {\"text\": …} on each line.")->required();
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
