#include "gateway/judging_threads.h"

#include <gtest/gtest.h>

#include "gateway/io_threads.h"
#include "models/fake_embedder.h"
#include "models/served_models.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

std::size_t threads_for(const std::string& global) {
  models::ServedModels served(std::make_shared<models::FakeProvider>(std::make_shared<models::FakeEmbedder>()),
                              nullptr);
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  return judging_threads(*router::load_text("routing: {modelCards: []}\nglobal: " + global,
                                            std::string(SIGNALBOX_SOURCE_DIR) + "/t.yaml", nothing, &served)
                              .snapshot);
}

TEST(JudgingThreads, AModelBringsThreadsThatWaitForIt) {
  const std::size_t without = threads_for("{}");
  EXPECT_GE(without, 2U);
  EXPECT_GE(without, usable_processors());
  EXPECT_EQ(threads_for("{model_catalog: {embeddings: {semantic: {bert_model_path: examples}}}}"),
            without + kModelWaiters);
}

}  // namespace
}  // namespace signalbox::gateway
