// The loader of model folders for commands that judge requests: it remembers proofs in the state folder.
#pragma once

#include <memory>

#include "trust/embedder_loader.h"

namespace signalbox::cli {

std::shared_ptr<trust::EmbedderLoader> model_loader();

}  // namespace signalbox::cli
