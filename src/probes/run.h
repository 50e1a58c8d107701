// Judging every probe of a file against a snapshot, in this process: `signalbox eval --probes`.
//
// A probe fails when its response differs from what it expects. It needs a model when signals that cannot be evaluated
// leave its decision open; then nothing of it is judged. Unknown signals that change nothing are only reported.
//
// The whole is ok when
//   - no probe failed, or the file's own rates accept the failures (acceptance.min_probe_pass_rate, or the
//     robustness.min_pass_rate of their decisions), and
//   - every rate of acceptance, robustness and coverage.min_tag_pass_rate is reached by the probes that could be
//   judged;
//   - strict: moreover no probe needs a model, none has unchecked expectations, and coverage is reached.
//
// Probes run one after another on the calling thread, which blocks on pictures. Nothing is thrown for wrong probes.
#pragma once

#include <cstddef>
#include <functional>

#include "evidence/document_reader.h"
#include "evidence/image_reader.h"
#include "probes/probe_file.h"
#include "probes/report.h"
#include "router/snapshot.h"

namespace signalbox::probes {

struct RunOptions {
  evidence::ImageReader* images = nullptr;        // null: pictures are unknown (ocr_missing)
  evidence::DocumentReader* documents = nullptr;  // null: documents are unknown (reader_missing)
  bool strict = false;
  bool scores = false;  // keep what signals measured that compare a score with a threshold
  // After each probe: its result, how many are done, how many there are.
  std::function<void(const ProbeResult&, std::size_t, std::size_t)> progress = nullptr;
};

ProbeReport run_probes(const router::Snapshot& snapshot, const ProbeFile& file, const RunOptions& options = {});

}  // namespace signalbox::probes
