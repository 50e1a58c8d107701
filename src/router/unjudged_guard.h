// Content that goes upstream unread: does a recipe that judges pictures also say what happens when one cannot be
// judged?
//
// Under v1 a recipe with rules over pictures and no decision that reads `unjudged` refuses such a request (422); under
// v0.3 a warning names the recipe. Immutable; any thread.
#pragma once

#include <memory>
#include <string>

#include "decision/program.h"
#include "evidence/document_reader.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "models/image_embedder.h"
#include "signals/request_images.h"

namespace signalbox::router {

// Some decision can reach a signal that reads what stands in pictures / that compares pictures / an `unjudged` signal.
bool reads_pictures(const decision::Program& program);
bool compares_pictures(const decision::Program& program);
bool reads_unjudged(const decision::Program& program);

struct UnjudgedGuard {
  bool reads = false;                                     // what stands in pictures and documents
  std::shared_ptr<const models::ImageEmbedder> compares;  // pictures; null: nothing does

  // Why the request holds content that was not judged ("remote_url", "decode_failed"…), or "". Looks at the pictures in
  // the ways that the recipe does, and reads the documents if it does; blocks meanwhile.
  std::string reason(const evidence::Evidence& evidence, evidence::ImageTexts& texts,
                     evidence::DocumentTexts& documents, signals::RequestImages& vectors) const;
};

}  // namespace signalbox::router
