// signalbox-document-worker FLAG FD: reads the PDFs that the gateway sends over the socket FD. Started by the gateway
// (documents/pdf_pool.h), never by people.
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string_view>

#include "document_worker/pdf_reader.h"
#include "documents/pdf_pool.h"
#include "vision/worker.h"

int main(int argc, char** argv) {
  using namespace signalbox;
  constexpr int kUsage = 2;
  const char* const version = std::getenv(documents::kVersionVariable);
  if (argc != 3 || argv[1] != vision::kWorkerArgument || version == nullptr) {
    std::cerr << "signalbox-document-worker " SIGNALBOX_VERSION " is started by signalbox, which reads PDFs with it\n";
    return kUsage;
  }
  if (std::strcmp(version, SIGNALBOX_VERSION) != 0) return kUsage;
  return vision::run_worker(std::atoi(argv[2]),
                            {.prepare = [](const vision::Setup&) { document_worker::prepare_poppler(); },
                             .read_text = document_worker::read_pdf,
                             .put_pixels = {}});
}
