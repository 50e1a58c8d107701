#include "trust/fingerprint.h"

#include <fmt/format.h>

#include "trust/file_digest.h"

namespace signalbox::trust {

void set_precision(models::ModelInfo& info, const FolderDigests& digests, tensor::Arithmetic arithmetic) {
  info.precision = tensor::to_string(arithmetic);
  info.fingerprint = text_sha256(fmt::format("{} {} {}", digests.all, info.precision, info.dimension));
}

std::string key_of(const models::ModelInfo& info, const models::BatchLimits& limits, std::string_view goldens) {
  return fmt::format("{} {} {} {} {} {}", info.fingerprint, limits.threads, limits.pin, limits.max_batch_tokens,
                     limits.max_queue, goldens);
}

}  // namespace signalbox::trust
