#include "documents/pdf_pool.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace signalbox::documents {
namespace {

constexpr std::chrono::hours kAsLongAsTheRequestMay{1};

}  // namespace

std::string worker_beside_us() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::string() : (self.parent_path() / kWorkerProgram).string();
}

std::expected<std::unique_ptr<vision::ReaderPool>, std::string> make_pdf_pool(const PdfPoolOptions& options) {
  if (options.executable.empty() || ::access(options.executable.c_str(), X_OK) != 0) {
    return std::unexpected(std::string(kWorkerProgram) + " is not installed beside the gateway");
  }
  vision::PoolOptions pool;
  pool.reader = {.limits = {.bytes = options.max_bytes, .frames = options.max_pages},
                 .recognition = options.recognition,
                 .reading_time = kAsLongAsTheRequestMay};
  pool.kind = {.noun = "document",
               .without_worker = evidence::Unjudged::reader_missing,
               .places = vision::Places::none,
               .remedy = ""};
  pool.workers = options.workers;
  pool.executable = options.executable;
  pool.environment = {std::string(kVersionVariable) + "=" + options.version};
  return vision::ReaderPool::create(std::move(pool));
}

}  // namespace signalbox::documents
