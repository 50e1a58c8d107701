#include "trust/joined_text.h"

#include <fmt/format.h>

#include <optional>

#include "models/model_config.h"
#include "tensor/load_error.h"
#include "trust/fingerprint.h"
#include "trust/verdict.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::JoinedText;
using models::ModelInfo;
using tensor::LoadError;

std::string fingerprint_of(const FolderDigests& digests, std::uint32_t dimension) {
  ModelInfo text;
  text.dimension = dimension;
  set_precision(text, digests, tensor::Arithmetic::fp32);
  return text.fingerprint;
}

models::ModelFolder read_text_folder(const models::ImageFolder& folder) {
  try {
    return models::read_model_folder(folder.joined->folder);
  } catch (const LoadError& error) {
    throw LoadError(fmt::format("{}: its text model cannot be read: {}", folder.path.string(), error.what()));
  }
}

}  // namespace

EmbedderRequest with_joined_text(const EmbedderRequest& request) {
  if (!std::filesystem::exists(std::filesystem::path(request.path) / "config.json")) return request;
  const std::optional<JoinedText> joined = models::joined_text_of(request.path);
  if (!joined) return request;
  EmbedderRequest text = request;
  text.path = joined->folder.string();
  if (text.precision == models::Precision::automatic) text.precision = models::Precision::fp32;
  return text;
}

std::string joined_space(const models::ImageFolder& folder, const ModelInfo& images) {
  const models::ModelFolder text = read_text_folder(folder);
  const std::int64_t width = text.encoder.vector_width();
  if (folder.encoder.projection != width) {
    throw LoadError(fmt::format("{}: its images become {} numbers and the texts of {} {}: no common space",
                                folder.path.string(), folder.encoder.vector_width(), text.path.string(), width));
  }
  const FolderDigests digests = digests_of(text);
  if (fingerprint_of(digests, static_cast<std::uint32_t>(width)) != folder.joined->fingerprint) {
    throw LoadError(
        fmt::format("{}: was trained into the space of another text model than {} (fingerprint {:.12}… is wanted, "
                    "{:.12}… is there)",
                    folder.path.string(), text.path.string(), folder.joined->fingerprint,
                    fingerprint_of(digests, static_cast<std::uint32_t>(width))));
  }
  return fingerprint_of(digests, images.dimension);
}

}  // namespace signalbox::trust
