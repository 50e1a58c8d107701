// A fine-tuned classifier as its folder has it: encoder, head and the names of its labels.
//
// Plain values; moved into whoever serves it. Loading throws tensor::LoadError and may take seconds. Classifiers are
// computed in fp32: a threshold that was calibrated in one arithmetic need not hold in another.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/classification_head.h"
#include "models/loaded_encoder.h"
#include "models/lora.h"

namespace signalbox::models {

// A model folder that says that it is a classifier of this task, or a LoRA adapter that makes one of its base; loads no
// weights.
struct ClassifierFolder {
  ModelFolder folder;  // of an adapter: its own path, the base's weights
  std::optional<LoraAdapter> adapter;
  std::vector<std::string> labels;
  std::int64_t max_tokens = 0;  // what model and tokenizer take
};
ClassifierFolder read_classifier_folder(const std::filesystem::path& path, ClassifierTask task);

struct LoadedClassifier {
  LoadedEncoder text;
  std::unique_ptr<ClassificationHead> head;
  std::vector<std::string> labels;
  ClassifierTask task = ClassifierTask::sequence;

  static LoadedClassifier from(ClassifierFolder folder, ClassifierTask task);
  static LoadedClassifier from(const std::filesystem::path& path, ClassifierTask task) {
    return from(read_classifier_folder(path, task), task);
  }
};

}  // namespace signalbox::models
