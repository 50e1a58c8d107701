// signalbox train: a classifier head on a frozen encoder, from labelled texts.
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/commands.h"
#include "cli/precision_names.h"
#include "cli/progress.h"
#include "learn/training_report.h"
#include "models/save_head.h"
#include "models/trust_gate.h"
#include "trust/embedder_loader.h"

namespace signalbox::cli {
namespace {

using models::TextEmbedder;

struct Flags {
  std::string encoder, labels, validation, out, vectors;
  learn::LabelledFields fields;
  double held_out = 0.2;
  bool mlp = false, json = false;
  std::int64_t hidden = 256;
  std::string class_weights = "none", unknown_label, precision = "auto";
  std::optional<double> regularisation, unknown_coverage, unknown_precision;
  bool no_unknown = false;
  std::uint32_t folds = 5;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

unsigned threads_of(const Flags& flags) {
  return flags.threads != 0 ? flags.threads : std::max(1U, std::thread::hardware_concurrency());
}

std::expected<std::shared_ptr<const TextEmbedder>, std::string> open_encoder(const Flags& flags) {
  models::EmbedderRequest request;
  request.path = flags.encoder;
  request.precision = precision_names().at(flags.precision);
  request.trust = models::TrustPolicy::allow_unproven;  // its state is printed, and serving has a policy of its own
  request.runtime.threads = threads_of(flags);
  trust::EmbedderLoader loader;
  auto encoder = loader.open(request);
  if (!encoder) return std::unexpected(encoder.error());
  const models::ModelInfo& info = (*encoder)->info();
  if (const auto refusal = models::untrusted_reason(info, request.trust)) return std::unexpected(*refusal);
  if (info.trust != models::Trust::proven) {
    std::cerr << "signalbox: " << info.name << " is " << to_string(info.trust) << ": " << info.trust_detail << "\n";
  }
  return *encoder;
}

std::expected<learn::LabelledVectors, std::string> read_and_embed(const TextEmbedder& encoder, const Flags& flags,
                                                                  const std::string& file) {
  auto texts = learn::read_labelled_texts(file, flags.fields);
  if (!texts) return std::unexpected(texts.error());
  if (file == flags.labels) {
    // Before minutes are spent on vectors.
    const auto checked = learn::check_labels(*texts, flags.unknown_label, flags.validation.empty() ? 2 : 1);
    if (!checked) return std::unexpected(file + ": " + checked.error());
  }
  const auto progress = progress_bar("texts of " + file);
  if (flags.vectors.empty()) return learn::embed_texts(encoder, std::move(*texts), progress);
  auto store = learn::VectorStore::open(flags.vectors, encoder.info());
  if (!store) return std::unexpected(store.error());
  auto embedded = learn::embed_texts(encoder, std::move(*texts), progress, &*store);
  if (const auto saved = store->save(); !saved) return std::unexpected(saved.error());
  return embedded;
}

learn::UnknownRule unknown_rule(const Flags& flags) {
  using Kind = learn::UnknownRule::Kind;
  if (flags.no_unknown) return {Kind::none, 0};
  if (!flags.unknown_label.empty()) return {Kind::outsiders, 0};
  if (flags.unknown_precision) return {Kind::precision, *flags.unknown_precision};
  learn::UnknownRule rule;
  if (flags.unknown_coverage) rule.value = *flags.unknown_coverage;
  return rule;
}

learn::TrainOptions options_of(const Flags& flags) {
  learn::TrainOptions options;
  options.kind = flags.mlp ? models::HeadKind::mlp : models::HeadKind::linear;
  options.hidden = flags.hidden;
  options.balanced = flags.class_weights == "balanced";
  if (flags.regularisation) options.strengths = {*flags.regularisation};
  options.folds = flags.folds;
  options.seed = flags.seed;
  options.threads = threads_of(flags);
  options.unknown = unknown_rule(flags);
  options.unknown_label = flags.unknown_label;
  options.progress = progress_bar("strengths of regularisation");
  return options;
}

std::expected<learn::Parts, std::string> read_parts(const TextEmbedder& encoder, const Flags& flags) {
  auto all = read_and_embed(encoder, flags, flags.labels);
  if (!all) return std::unexpected(all.error());
  if (flags.validation.empty()) return learn::split(std::move(*all), flags.held_out, flags.seed);
  auto validation = read_and_embed(encoder, flags, flags.validation);
  if (!validation) return std::unexpected(validation.error());
  return learn::Parts{std::move(*all), std::move(*validation)};
}

// Everything but the files: the report holds the head.
std::expected<learn::TrainingReport, std::string> train(const TextEmbedder& encoder, const Flags& flags) {
  learn::TrainingReport report;
  const auto begin = std::chrono::steady_clock::now();
  const auto parts = read_parts(encoder, flags);
  if (!parts) return std::unexpected(parts.error());
  report.embedding_seconds = seconds_since(begin);
  report.cut = parts->fitted.cut + parts->held_out.cut;
  const auto trained = std::chrono::steady_clock::now();
  auto head = learn::train_head(parts->fitted, options_of(flags));
  if (!head) return std::unexpected(flags.labels + ": " + head.error());
  report.training_seconds = seconds_since(trained);
  const models::ModelInfo& info = encoder.info();
  head->spec.encoder = {info.fingerprint, info.name, info.precision, info.dimension};
  auto held_out = learn::judge_head(head->spec, parts->held_out, flags.unknown_label);
  if (!held_out) {
    return std::unexpected((flags.validation.empty() ? flags.labels : flags.validation) + ": " + held_out.error());
  }
  report.head = std::move(*head);
  report.held_out = std::move(*held_out);
  report.judged_by = flags.validation.empty() ? "held out of the same file" : "a file of its own";
  report.seed = flags.seed;
  report.balanced = flags.class_weights == "balanced";
  return report;
}

int refuse(const std::string& sentence) {
  std::cerr << "signalbox: " << sentence << "\n";
  return kUsage;
}

int run(const Flags& flags) {
  const auto encoder = open_encoder(flags);
  if (!encoder) return refuse(encoder.error());
  const auto report = train(**encoder, flags);
  if (!report) return refuse(report.error());
  const auto details = learn::head_details(*report, std::string("signalbox ") + SIGNALBOX_VERSION);
  const auto saved = models::save_head(flags.out, report->head.spec, details);
  if (!saved) return refuse(saved.error());
  if (flags.json) {
    std::cout << learn::report_json(*report, flags.out).dump(2) << "\n";
  } else {
    std::cout << learn::report_text(*report) << "head: " << flags.out << "\n";
  }
  return kGood;
}

void add_unknown_options(CLI::App& command, Flags& flags) {
  const CLI::Range share(0.0, 1.0);
  CLI::Option* label = command.add_option("--unknown-label", flags.unknown_label,
                                          "Texts of this label belong to none: they set the unknown threshold.");
  CLI::Option* coverage = command.add_option("--unknown-coverage", flags.unknown_coverage,
                                             "The unknown threshold keeps this share known (0.99).");
  CLI::Option* precision = command.add_option("--unknown-precision", flags.unknown_precision,
                                              "Of what the unknown threshold keeps, this share is right.");
  CLI::Option* none = command.add_flag("--no-unknown", flags.no_unknown, "No unknown threshold.");
  coverage->check(share)->excludes(label)->excludes(precision);
  precision->check(share)->excludes(label);
  none->excludes(label)->excludes(coverage)->excludes(precision);
}

}  // namespace

Command add_train(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("train", "Train a classifier head on a frozen encoder, from labelled texts.");
  command->add_option("--encoder", flags->encoder, "The encoder's model folder.")->required();
  command->add_option("--labels", flags->labels, "Examples: a JSON object {text, label} a line.")->required();
  command->add_option("--out", flags->out, "The folder of the head; a head that is there is replaced.")->required();
  command->add_option("--text-field", flags->fields.text, "The text's key (text).");
  command->add_option("--label-field", flags->fields.label, "The label's key (label).");
  CLI::Option* validation =
      command->add_option("--validation", flags->validation, "Examples to judge by, in a file of their own.");
  command->add_option("--held-out", flags->held_out, "Without such a file: the share of the examples held out (0.2).")
      ->check(CLI::Range(0.02, 0.5))
      ->excludes(validation);
  command->add_flag("--mlp", flags->mlp, "One hidden layer instead of none.");
  command->add_option("--hidden", flags->hidden, "Its width (256).")->check(CLI::Range(1, 8192));
  command->add_option("--class-weights", flags->class_weights, "none, or balanced: every label counts alike.")
      ->check(CLI::IsMember({"none", "balanced"}));
  command->add_option("--regularisation", flags->regularisation, "C, the inverse strength of L2, instead of a choice.")
      ->check(CLI::Range(1e-6, 1e6));
  command->add_option("--folds", flags->folds, "Of the cross-validation (5).")->check(CLI::Range(3, 20));
  command->add_option("--seed", flags->seed, "Of splits and first weights (1).");
  command->add_option("--threads", flags->threads, "All processors by default; the result is the same.")
      ->check(CLI::Range(1, 256));
  command->add_option("--precision", flags->precision, "auto (as serving), fp32, bf16 or int8.")
      ->check(CLI::IsMember(precision_names()));
  command->add_option("--vectors", flags->vectors,
                      "Keep the texts' vectors in this folder: the next training does not compute them again.");
  command->add_flag("--json", flags->json, "Print JSON.");
  add_unknown_options(*command, *flags);
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
