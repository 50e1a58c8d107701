// VSR's own recipes and probe files, where the corpus is there; and the example that ships with the project.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "models/served_models.h"
#include "probes/run.h"
#include "router/load.h"
#include "trust/embedder_loader.h"
#include "vision/in_process_reader.h"

namespace signalbox::probes {
namespace {

std::filesystem::path corpus() {
  const char* set = std::getenv("SIGNALBOX_CORPUS");  // NOLINT(concurrency-mt-unsafe): no other thread here
  return set != nullptr ? std::filesystem::path(set)
                        : std::filesystem::path(SIGNALBOX_SOURCE_DIR).parent_path() / "shared" / "corpus";
}

ProbeReport run_files(const std::string& config, const std::string& probes, const RunOptions& options = {},
                      models::ServedModels* models = nullptr) {
  const router::Loaded loaded = router::load({config}, [](const std::string&) { return std::nullopt; }, {}, {}, models);
  const LoadedProbes file = load_probe_file(probes);
  for (const config::Diagnostic& item : file.diagnostics->items()) ADD_FAILURE() << config::to_text(item);
  if (loaded.snapshot == nullptr || !file.file) {
    for (const config::Diagnostic& item : loaded.diagnostics->items()) ADD_FAILURE() << config::to_text(item);
    return {};
  }
  ProbeReport report = run_probes(*loaded.snapshot, *file.file, options);
  std::cout << report_text(report);
  return report;
}

class CorpusProbes : public testing::TestWithParam<const char*> {};

// Passed, or dependent on a model that this build does not have; every share that VSR demands of its files is reached.
TEST_P(CorpusProbes, NoneFails) {
  const std::filesystem::path folder = corpus() / "vsr-config" / "recipes" / GetParam();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  const ProbeReport report = run_files((folder / "config.yaml").string(), (folder / "probes.yaml").string());
  EXPECT_GT(report.all.total, 0U);
  EXPECT_EQ(report.all.failed, 0U);
  EXPECT_TRUE(report.ok);
  for (const Criterion& criterion : report.coverage) {
    EXPECT_TRUE(criterion.met) << criterion.name << " is " << criterion.actual.value_or(-1);
  }
  if (std::string_view(GetParam()) == "accuracy") {
    EXPECT_EQ(report.all.passed, report.all.total);
  }
}

// Strictly: its pictures are read, its model is loaded, nothing stays open.
TEST(ExampleProbes, TheQuickstartDoesWhatItsProbesSay) {
  const std::filesystem::path examples = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "examples";
  if (!std::filesystem::exists(examples / "../models/all-MiniLM-L6-v2")) GTEST_SKIP() << "run make models";
  models::ServedModels models(std::make_shared<trust::EmbedderLoader>(), nullptr);
  vision::InProcessReader images{vision::ReaderOptions{}};
  RunOptions options;
  options.images = &images;
  options.strict = true;
  const ProbeReport report = run_files((examples / "quickstart.yaml").string(),
                                       (examples / "probes" / "quickstart.yaml").string(), options, &models);
  EXPECT_EQ(report.all.passed, 14U);
  EXPECT_EQ(report.all.total, 14U);
  EXPECT_TRUE(report.ok);
  for (const Criterion& criterion : report.coverage) {
    EXPECT_TRUE(criterion.met) << criterion.name << " is " << criterion.actual.value_or(-1);
  }
}

INSTANTIATE_TEST_SUITE_P(Recipes, CorpusProbes, testing::Values("accuracy", "privacy", "knowledge"));

}  // namespace
}  // namespace signalbox::probes
