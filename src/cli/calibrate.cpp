// signalbox calibrate: thresholds of scored signals from labelled examples.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/calibration_report.h"
#include "cli/commands.h"
#include "cli/images.h"
#include "cli/load_config.h"
#include "cli/model_loader.h"
#include "cli/progress.h"
#include "learn/labelled_requests.h"
#include "models/served_models.h"
#include "probes/measure_signal.h"
#include "trust/calibrations.h"

namespace signalbox::cli {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::vector<std::string> files;
  std::string labels, objective = "f1", map = "platt", out;
  std::uint64_t seed = 1;
  bool write = false, json = false;
};

struct Wish {
  trust::CalibrationOptions options;
  fs::path file;  // of the calibrations
};

// The signals that the examples name, each with what was measured of it.
class Measurements {
 public:
  Measurements(const router::Snapshot& snapshot, evidence::ImageReader* images)
      : snapshot_(snapshot), images_(images) {}

  std::expected<void, std::string> find_signals(const std::vector<learn::LabelledRequest>& requests) {
    for (const learn::LabelledRequest& request : requests) {
      if (numbers_.contains(request.signal)) continue;
      auto signal = probes::find_signal(snapshot_, request.signal);
      if (!signal) return std::unexpected(fmt::format("{}: {}", request.line, signal.error()));
      numbers_.emplace(request.signal, measured_.size());
      measured_.push_back({std::move(*signal), {}, {}, {}});
    }
    return {};
  }

  std::expected<void, std::string> take(const learn::LabelledRequest& request) {
    const auto scores = scores_of(request.body);
    if (!scores) return std::unexpected(fmt::format("{}: {}", request.line, scores.error()));
    const std::size_t number = numbers_.at(request.signal);
    const probes::MeasuredScore& score = (**scores)[number];
    MeasuredSignal& signal = measured_[number];
    if (score.threshold) signal.configured = score.threshold;
    if (score.value) {
      (request.label ? signal.scores.positives : signal.scores.negatives).push_back(*score.value);
    } else {
      ++signal.without[score.why];
    }
    return {};
  }

  std::vector<MeasuredSignal>& signals() { return measured_; }

 private:
  using Scores = std::vector<probes::MeasuredScore>;

  // Of all signals: several examples may share a text.
  std::expected<const Scores*, std::string> scores_of(const std::string& body) {
    const auto known = known_.find(body);
    if (known != known_.end()) return &known->second;
    std::vector<probes::ScoredSignal> all;
    for (const MeasuredSignal& one : measured_) all.push_back(one.signal);
    auto scores = probes::measure(snapshot_, body, all, images_);
    if (!scores) return std::unexpected(scores.error());
    return &known_.emplace(body, std::move(*scores)).first->second;
  }

  const router::Snapshot& snapshot_;
  evidence::ImageReader* images_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<MeasuredSignal> measured_;
  std::map<std::string, Scores> known_;
};

int refuse(const std::string& sentence) {
  std::cerr << "signalbox: " << sentence << "\n";
  return kUsage;
}

std::expected<Wish, std::string> wish_of(const Flags& flags) {
  const auto objective = trust::parse_objective(flags.objective);
  if (!objective) return std::unexpected("--objective: " + objective.error());
  Wish wish;
  wish.options.objective = *objective;
  wish.options.map =
      flags.map == "isotonic" ? trust::ProbabilityMap::Kind::isotonic : trust::ProbabilityMap::Kind::platt;
  wish.options.seed = flags.seed;
  wish.file =
      flags.out.empty() ? fs::path(flags.files.front()).parent_path() / trust::kCalibrationsFile : fs::path(flags.out);
  return wish;
}

std::expected<std::vector<SignalVerdict>, std::string> judge(const router::Snapshot& snapshot, const Flags& flags,
                                                             const Wish& wish) {
  const auto requests = learn::read_labelled_requests(fs::path(flags.labels));
  if (!requests) return std::unexpected(requests.error());
  const auto images = make_image_reader(snapshot.spec->global.router);
  Measurements measurements(snapshot, images.get());
  if (const auto found = measurements.find_signals(*requests); !found) {
    return std::unexpected(flags.labels + ":" + found.error());
  }
  const auto progress = progress_bar("examples");
  for (std::size_t i = 0; i < requests->size(); ++i) {
    if (const auto taken = measurements.take((*requests)[i]); !taken) {
      return std::unexpected(flags.labels + ":" + taken.error());
    }
    if (progress) progress(i + 1, requests->size());
  }
  std::vector<SignalVerdict> verdicts;
  for (MeasuredSignal& measured : measurements.signals()) {
    auto calibration = trust::calibrate(measured.scores, wish.options);
    if (calibration) {
      calibration->signal = measured.signal.name;
      calibration->fingerprint = measured.signal.fingerprint;
      calibration->model = measured.signal.model;
    }
    verdicts.push_back({std::move(measured), std::move(calibration)});
  }
  return verdicts;
}

// Joins what the file holds for other signals and representations.
std::expected<void, std::string> write(const std::vector<SignalVerdict>& verdicts, const fs::path& file) {
  trust::Calibrations all;
  if (fs::exists(file)) {
    auto known = trust::Calibrations::load(file);
    if (!known) return std::unexpected(known.error());
    all = std::move(*known);
  }
  for (const SignalVerdict& verdict : verdicts) all.put(*verdict.calibration);
  return all.save(file);
}

int run(const Flags& flags) {
  const auto wish = wish_of(flags);
  if (!wish) return refuse(wish.error());
  models::ServedModels models(model_loader(), nullptr);
  const ConfigForCommand config = load_config(flags.files, false, &models);
  if (config.exit_code != 0) return config.exit_code;
  const auto verdicts = judge(*config.loaded.snapshot, flags, *wish);
  if (!verdicts) return refuse(verdicts.error());
  const bool good = std::ranges::all_of(*verdicts, [](const SignalVerdict& one) { return bool(one.calibration); });
  const bool written = flags.write && good;
  if (written) {
    if (const auto saved = write(*verdicts, wish->file); !saved) return refuse(saved.error());
  }
  std::cout << (flags.json ? calibration_json(*verdicts, written ? wish->file.string() : "").dump(2) + "\n"
                           : calibration_text(*verdicts));
  if (written) std::cerr << "written: " << wish->file.string() << "\n";
  if (flags.write && !good) std::cerr << "nothing was written\n";
  return good ? kGood : kFailed;
}

}  // namespace

Command add_calibrate(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("calibrate", "Find thresholds of scored signals by labelled examples; reversed ones fail.");
  add_config_options(*command, flags->files);
  command
      ->add_option("--labels", flags->labels,
                   "Examples: a JSON object {text | messages, signal: \"type:name\", label: true | false} a line.")
      ->required();
  command->add_option("--objective", flags->objective, "f1, recall@fpr=X or share=X (f1).");
  command->add_option("--map", flags->map, "From scores to probabilities: platt or isotonic (platt).")
      ->check(CLI::IsMember({"platt", "isotonic"}));
  command->add_option("--seed", flags->seed, "Of the bootstrap (1).");
  command->add_flag("--write", flags->write, "Store the calibrations, with their models' fingerprints.");
  command->add_option("--out", flags->out, "In this file (calibrations.json beside the first configuration file).");
  command->add_flag("--json", flags->json, "Print JSON.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
